// Decodes the protobuf form of Kubernetes objects, which kubectl's imperative commands send and nothing else can refuse.
// Field numbers are in protobuf.json (see derive-protobuf.mjs); the result is the same JSON that the client could have sent.

import { UserError } from '../../../domain/problem.js';
import type { Manifest } from '../../../domain/resource.js';
import table from './protobuf.json' with { type: 'json' };

type Field = readonly [name: string, type: string, flags?: string];
type Message = Readonly<Record<string, Field>>;

const { kinds: KINDS, messages: MESSAGES } = table as unknown as {
  kinds: Readonly<Record<string, string>>;
  messages: Readonly<Record<string, Message>>;
};
const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const MAX_DEPTH = 64;
const utf8 = new TextDecoder();

/** Whether a body starts with the envelope of a Kubernetes object in protobuf. */
export function isProtobuf(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

/** The object in a protobuf body. Throws UserError when the bytes cannot be read or the kind is not known in this form. */
export function decodeProtobuf(bytes: Uint8Array): Manifest {
  if (!isProtobuf(bytes)) throw new UserError('Cannot decode the request body: it is not in the Kubernetes protobuf form');
  let apiVersion = '';
  let kind = '';
  let raw = new Uint8Array();
  for (const [number, value] of readFields(bytes.subarray(MAGIC.length))) {
    if (!(value instanceof Uint8Array)) continue;
    if (number === 1) {
      for (const [part, text] of readFields(value)) {
        if (!(text instanceof Uint8Array)) continue;
        if (part === 1) apiVersion = utf8.decode(text);
        if (part === 2) kind = utf8.decode(text);
      }
    }
    if (number === 2) raw = new Uint8Array(value);
  }
  const message =
    KINDS[`${apiVersion.includes('/') ? '' : '/'}${apiVersion}/${kind}`] ?? (kind === 'DeleteOptions' ? 'meta.DeleteOptions' : undefined);
  if (message === undefined) {
    throw new UserError(`Cannot decode a ${kind} of "${apiVersion}" from protobuf: this server reads that kind as JSON or YAML only`);
  }
  const hasMetadata = MESSAGES[message]?.['1']?.[0] === 'metadata';
  return { apiVersion, kind, ...(hasMetadata ? { metadata: {} } : {}), ...decodeMessage(message, raw, 0) } as unknown as Manifest;
}

function decodeMessage(name: string, bytes: Uint8Array, depth: number): Record<string, unknown> {
  if (depth > MAX_DEPTH) throw new UserError('Cannot decode the request body: it is nested too deeply');
  const message = MESSAGES[name] ?? {};
  const object: Record<string, unknown> = {};
  for (const [number, wire] of readFields(bytes)) {
    const field = message[number];
    if (field) put(object, field, wire, depth);
  }
  return object;
}

type Wire = Uint8Array | bigint;

function put(object: Record<string, unknown>, [name, type, flags = '']: Field, wire: Wire, depth: number): void {
  if (type.startsWith('[]')) {
    const item = type.slice(2);
    const earlier = Array.isArray(object[name]) ? object[name] : [];
    object[name] = [...earlier, ...unpack(item, wire).map((each) => decodeValue(item, each, depth))];
    return;
  }
  if (type.startsWith('{}')) {
    const entry = new Map(wire instanceof Uint8Array ? readFields(wire) : []);
    const value = decodeValue(type.slice(2), entry.get(2) ?? new Uint8Array(), depth);
    object[name] = { ...(object[name] as object | undefined), [text(entry.get(1))]: value };
    return;
  }
  const value = decodeValue(type, wire, depth);
  if (flags.includes('n')) Object.assign(object, value);
  else if (flags.includes('p') || (flags.includes('r') && typeof value !== 'object') || !isZero(value)) object[name] = value;
}

/** Numbers of a list may come packed into one field. */
function unpack(type: string, wire: Wire): Wire[] {
  if (!(wire instanceof Uint8Array) || (type !== 'i' && type !== 'b')) return [wire];
  const reader = { bytes: wire, at: 0 };
  const items: Wire[] = [];
  while (reader.at < wire.length) items.push(varint(reader));
  return items;
}

/** What a Go program would leave out of JSON: empty text, 0, false, and a struct in which nothing is set. */
function isZero(value: unknown): boolean {
  return (
    value === '' ||
    value === 0 ||
    value === false ||
    value === null ||
    value === undefined ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

function decodeValue(type: string, wire: Wire, depth: number): unknown {
  if (type === 'i') return Number(BigInt.asIntN(64, toInteger(wire)));
  if (type === 'b') return toInteger(wire) !== 0n;
  const bytes = wire instanceof Uint8Array ? wire : new Uint8Array();
  if (type === 's') return utf8.decode(bytes);
  if (type === 'y') return Buffer.from(bytes).toString('base64');
  if (type === 'd') return bytes.length === 8 ? new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true) : 0;
  if (type.startsWith('Items:'))
    return [...readFields(bytes)].filter(([number]) => number === 1).map(([, item]) => decodeValue(type.slice(6), item, depth + 1));
  return SPECIAL[type]?.(new Map(readFields(bytes))) ?? (SPECIAL[type] ? null : decodeMessage(type, bytes, depth + 1));
}

const SPECIAL: Readonly<Record<string, (fields: ReadonlyMap<number, Wire>) => unknown>> = {
  Quantity: (fields) => text(fields.get(1)),
  IntOrString: (fields) => (integer(fields.get(1)) === 1 ? text(fields.get(3)) : integer(fields.get(2))),
  Time: (fields) => time(fields)?.replace(/\.\d+Z$/, 'Z'),
  MicroTime: (fields) => time(fields)?.replace(/\.(\d+)Z$/, '.$1000Z'),
  RawExtension: (fields) => json(fields.get(1)),
  FieldsV1: (fields) => json(fields.get(1)),
};

function time(fields: ReadonlyMap<number, Wire>): string | undefined {
  const seconds = integer(fields.get(1));
  const nanos = integer(fields.get(2));
  // A zero time is year 1, which means 'not set'.
  if (seconds <= 0) return undefined;
  return new Date(seconds * 1000 + Math.floor(nanos / 1e6)).toISOString();
}

function json(wire: Wire | undefined): unknown {
  const body = text(wire);
  try {
    return body === '' ? null : JSON.parse(body);
  } catch {
    throw new UserError('Cannot decode the request body: an embedded object is not JSON');
  }
}

function text(wire: Wire | undefined): string {
  return wire instanceof Uint8Array ? utf8.decode(wire) : '';
}

function integer(wire: Wire | undefined): number {
  return wire === undefined ? 0 : Number(BigInt.asIntN(64, toInteger(wire)));
}

function toInteger(wire: Wire): bigint {
  return typeof wire === 'bigint' ? wire : 0n;
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

/** Field number and value of every field; fixed-width numbers come as their bytes. */
function* readFields(bytes: Uint8Array): Generator<readonly [number, Wire]> {
  const reader: Reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const tag = Number(varint(reader));
    const number = tag >>> 3;
    const wireType = tag & 7;
    if (wireType === 0) yield [number, varint(reader)];
    else if (wireType === 2) yield [number, take(reader, Number(varint(reader)))];
    else if (wireType === 1 || wireType === 5) yield [number, take(reader, wireType === 1 ? 8 : 4)];
    else
      throw new UserError(`Cannot decode the request body: protobuf wire type ${wireType} at byte ${reader.at} is not used by Kubernetes`);
  }
}

function take(reader: Reader, length: number): Uint8Array {
  const end = reader.at + length;
  if (!(length >= 0) || end > reader.bytes.length) throw new UserError('Cannot decode the request body: the protobuf message is cut short');
  const part = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return part;
}

function varint(reader: Reader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) throw new UserError('Cannot decode the request body: the protobuf message is cut short');
    value |= BigInt(byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) return value;
  }
  throw new UserError('Cannot decode the request body: a protobuf number is too long');
}
