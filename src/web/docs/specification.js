// The description as a list of actions, with its references resolved.

/** Every action, in the order of the paths; `words` is what a search looks through. */
export function actions({ paths }) {
  return Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({
    path,
    method,
    operation,
    words: [method, path, operation.summary, operation.description, operation.operationId].join(' ').toLowerCase(),
  })));
}

/** What a `$ref` points to, or the value itself. */
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
