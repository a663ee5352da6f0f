// The text forms of Kubernetes that several places check: quantities, times, DNS names, label keys and values.

const QUANTITY = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_1035 = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

export function isQuantity(text: string): boolean {
  return QUANTITY.test(text);
}

export function isDateTime(text: string): boolean {
  return DATE_TIME.test(text) && !Number.isNaN(Date.parse(text.replace(' ', 'T')));
}

/** Why a text is not a DNS-1123 label, or ''. */
export function labelProblem(text: string): string {
  if (text.length > 63) return 'must be no more than 63 characters';
  if (LABEL.test(text)) return '';
  return "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
}

/** Why a text is not a DNS-1123 subdomain, or ''. */
export function subdomainProblem(text: string): string {
  if (text.length > 253) return 'must be no more than 253 characters';
  if (SUBDOMAIN.test(text)) return '';
  return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
}

/** Why a text is not a DNS-1035 label (names of Services), or ''. */
export function label1035Problem(text: string): string {
  if (text.length > 63) return 'must be no more than 63 characters';
  if (LABEL_1035.test(text)) return '';
  return "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
}

/** Why a text cannot be a segment of a URL path (names of roles and bindings), or ''. */
export function pathSegmentProblem(text: string): string {
  if (text === '.' || text === '..') return `may not be '${text}'`;
  if (text.includes('/')) return "may not contain '/'";
  return text.includes('%') ? "may not contain '%'" : '';
}

/** Why a text cannot be the key of a label or annotation, or ''. */
export function qualifiedNameProblem(text: string): string {
  const slash = text.indexOf('/');
  const prefix = slash < 0 ? undefined : text.slice(0, slash);
  const name = text.slice(slash + 1);
  if (prefix !== undefined && (prefix === '' || subdomainProblem(prefix) !== ''))
    return `prefix part ${subdomainProblem(prefix) || 'must be non-empty'}`;
  if (name === '') return 'name part must be non-empty';
  if (name.length > 63) return 'name part must be no more than 63 characters';
  if (QUALIFIED.test(name)) return '';
  return "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
}

/** Why a text cannot be the value of a label, or ''. */
export function labelValueProblem(text: string): string {
  if (text.length > 63) return 'must be no more than 63 characters';
  if (text === '' || QUALIFIED.test(text)) return '';
  return "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
}
