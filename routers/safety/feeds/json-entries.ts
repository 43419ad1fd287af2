/** Fields that hold an address, in PhishTank's and other lists. */
const ADDRESS_FIELDS = ['url', 'phish_url', 'domain', 'hostname', 'host', 'ioc_value'];
/** Attribute types of MISP events whose values are addresses (github.com/MISP/misp-objects). */
const MISP_TYPES = new Set(['url', 'uri', 'link', 'domain', 'hostname', 'domain|ip', 'hostname|port']);
const MAX_DEPTH = 12;

/**
 * Calls `onEntry` with the addresses of a JSON feed: an array of strings or objects (PhishTank), a MISP list (`list`),
 * a MISP event (`Attribute`), or any of them inside other objects.
 */
export function listJsonEntries(value: unknown, onEntry: (entry: string) => void, depth = 0): void {
  if (depth > MAX_DEPTH || value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === 'string') onEntry(item);
      else listJsonEntries(item, onEntry, depth + 1);
    }
    return;
  }
  const item = value as Record<string, unknown>;
  if (typeof item.type === 'string' && typeof item.value === 'string') {
    if (MISP_TYPES.has(item.type)) onEntry(item.value.split('|', 1)[0] ?? '');
    return;
  }
  const address = ADDRESS_FIELDS.map((field) => item[field]).find((field) => typeof field === 'string');
  if (typeof address === 'string') {
    onEntry(address);
    return;
  }
  for (const [name, inner] of Object.entries(item)) {
    // The lists of MISP say elsewhere to which types of attributes they apply.
    if (typeof inner === 'object' && !/^(?:matching_attributes|tags?|categories|Tag|details)$/.test(name))
      listJsonEntries(inner, onEntry, depth + 1);
  }
}
