// The API description as a list of actions, and its `$ref`s.

/** All actions in the order of the paths, with the security of all where they have none; `words` is the text to search in. */
export function actions({ paths, security }) {
  return Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({
    path,
    method,
    operation: { security, ...operation },
    words: [method, path, operation.summary, operation.description, operation.operationId].join(' ').toLowerCase(),
  })));
}

/** The target of a `$ref`, or the value itself. */
export function resolve(specification, value) {
  if (!value?.$ref) return value;
  return value.$ref.slice(2).split('/').reduce((at, key) => at[key], specification);
}

/** `#/components/schemas/Account` is called `Account`. */
export function name({ $ref }) {
  return $ref?.split('/').pop();
}

/** The example of a body: its own, or that of its schema. */
export function exampleOf(specification, { example, schema } = {}) {
  if (example !== undefined) return example;
  const { example: whole, items } = resolve(specification, schema) ?? {};
  return whole ?? (items && [resolve(specification, items).example ?? {}]);
}

export function pretty(value) {
  return JSON.stringify(value, null, 2);
}
