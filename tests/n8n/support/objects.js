// The objects of the catalogue, with the names of their actions in the node and plausible values for their fields.
import { readFileSync } from 'node:fs';

const { objects } = JSON.parse(readFileSync(new URL('../../../spec/objects.json', import.meta.url)));
const capital = (name) => name[0].toUpperCase() + name.slice(1);
const PARTS = {
  FULL_NAME: { firstName: 'Ada', lastName: 'Berg' },
  EMAILS: { primaryEmail: '', additionalEmails: ['ada@work.example'] },
  PHONES: { primaryPhoneNumber: '612345678', primaryPhoneCountryCode: 'FR', primaryPhoneCallingCode: '+33', additionalPhones: [] },
  LINKS: { primaryLinkLabel: 'home', primaryLinkUrl: '', secondaryLinks: [{ url: 'https://b.example', label: 'b' }] },
  CURRENCY: { amountMicros: 1500000000, currencyCode: 'EUR' },
  ADDRESS: { addressCity: 'Paris', addressLat: 48.85, addressLng: 2.35 },
  ACTOR: { source: 'IMPORT' },
  RICH_TEXT_V2: { markdown: 'Hello' },
};
let count = 0;

export const all = objects.map((object) => ({
  ...object,
  create: `create${capital(object.singular)}`,
  createMany: `create${capital(object.plural)}`,
  update: `update${capital(object.singular)}`,
  delete: `delete${capital(object.singular)}`,
  duplicates: `${object.singular}Duplicates`,
  targets: object.fields.filter(({ kind }) => kind === 'relation').map(({ target }) => target),
}));

/** A whole record, different every time; it leads to these other records. */
export function filled({ singular, fields }, ids) {
  count += 1;
  return Object.fromEntries(fields.map((field) => [field.name, value(singular, field, ids)]));
}

/** As a user types it: n8n keeps lists and objects as text. */
export function typed(record) {
  const text = (value) => (value !== null && typeof value === 'object' ? JSON.stringify(value) : value);
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, text(value)]));
}

function value(singular, { name, kind, options, target }, ids) {
  switch (kind) {
    case 'text': return `${name} ${count}`;
    case 'uuid': return '20202020-0687-4c41-b707-ed1bfca972a7';
    case 'relation': return ids[target] ?? null;
    case 'dateTime': return '2030-01-31T08:00:00.000Z';
    case 'boolean': return false;
    case 'integer': case 'number': return count;
    case 'json': return { step: count };
    case 'array': return ['one', 'two'];
    case 'enum': return options.at(-1);
    case 'multiSelect': return options.slice(0, 2);
    default: return unique(PARTS[kind], singular);
  }
}

/** Addresses and domains that no two records share. */
function unique(parts, singular) {
  const own = { primaryEmail: `${singular}${count}@example.com`, primaryLinkUrl: `https://${singular}${count}.example` };
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, own[name] ?? part]));
}
