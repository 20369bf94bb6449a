// The API description as a list of actions, and its `$ref`s.

/** All actions in the order of the paths; `words` is the text to search in. */
export function actions({ paths }) {
  return Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({
    path,
    method,
    operation,
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

export function pretty(value) {
  return JSON.stringify(value, null, 2);
}
