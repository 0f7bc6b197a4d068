import type { PersonFields } from '../config/index.js';
import type { AuditRow } from '../store/index.js';

export interface MessageOptions {
  readonly deviceId: string;
  /** What may be said of a person: their pseudonym, or nothing. Names and numbers never go here. */
  readonly personFields: PersonFields;
}

/**
 * One audit entry as an RFC 5424 message, without framing. What is not in the list of fields never leaves: no names, person
 * numbers, scores, PINs or card numbers.
 */
export function messageOf(row: AuditRow, options: MessageOptions): Uint8Array {
  // Our own canonical JSON object.
  const body = JSON.parse(row.body) as Readonly<Record<string, unknown>>;
  const told = Object.entries(body).flatMap(([name, value]) => {
    const text = tellable(name, value, options.personFields);
    return text === undefined ? [] : [[name, text] as const];
  });
  const { seq, eventSerial, kind } = row;
  const numbers = [['seq', String(seq)], ...(eventSerial === undefined ? [] : [['serial', String(eventSerial)]])];
  const parameters = [['kind', kind], ...numbers, ...told] as (readonly [string, string])[];
  const words = [kind, ...['decision', 'reason'].map((name) => told.find(([known]) => known === name)?.[1] ?? '')];
  return composed(row.atMs, severityOf(kind, body), kind, parameters, words.filter(Boolean).join(' '), options);
}

export interface Lost {
  readonly count: number;
  readonly fromSeq: number;
  readonly untilSeq: number;
}

/** What the collector will not get, said before what follows. */
export function lossMessage({ count, fromSeq, untilSeq }: Lost, atMs: number, options: MessageOptions): Uint8Array {
  const parameters = [
    ['kind', 'syslog.lost'],
    ['count', String(count)],
    ['fromSeq', String(fromSeq)],
    ['untilSeq', String(untilSeq)],
  ] as const;
  const text = `${count} audit entries were not sent; they stand in the audit of the device`;
  return composed(atMs, severity.warning, 'syslog.lost', parameters, text, options);
}

/** RFC 6587 3.4.1, RFC 5425 4.3: MSG-LEN SP SYSLOG-MSG, with the length in octets. */
export function counted(message: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${message.length} `, 'ascii'), message]);
}

function composed(
  atMs: number,
  level: number,
  kind: string,
  parameters: readonly (readonly [string, string])[],
  text: string,
  { deviceId }: MessageOptions,
): Uint8Array {
  const priority = logAudit * 8 + level;
  const data = parameters.map(([name, value]) => ` ${name}="${escaped(value)}"`).join('');
  const head = `<${priority}>1 ${new Date(atMs).toISOString()} ${printable(deviceId, 255)} menshen - ${printable(kind, 32)}`;
  // RFC 5424 6.4: a BOM says that the text is UTF-8.
  return Buffer.from(`${head} [${structuredDataId}${data}] \uFEFF${oneLine(text)}`, 'utf8');
}

/** RFC 5424 table 1: facility 13, log audit. */
const logAudit = 13;
const severity = { alert: 1, error: 3, warning: 4, notice: 5, informational: 6 } as const;
/** 32473 is the number that RFC 5612 keeps for whoever has none of their own. */
const structuredDataId = 'menshen@32473';
const longestValue = 200;

const alerts: ReadonlySet<string> = new Set([
  ...['duress.alarm', 'tamper.reported', 'incident.reported', 'store.rolled-back', 'door.forced', 'egress.open'],
]);
const errors: ReadonlySet<string> = new Set(['vision.failed', 'camera.failed', 'audit.resumed', 'act.failed']);
const warnings: ReadonlySet<string> = new Set([
  ...['access.denied', 'egress.refused', 'clock.suspect', 'space.low', 'door.held-open', 'camera.fault'],
  ...['purpose.refused', 'act.refused', 'panel.enrolment-refused', 'signed-file.refused', 'listener.lost'],
]);
const suspicious: ReadonlySet<unknown> = new Set(['presentation-attack-suspected', 'locked-out']);

function severityOf(kind: string, { decision, reason, faceMeanwhile }: Readonly<Record<string, unknown>>): number {
  if (alerts.has(kind)) return severity.alert;
  if (errors.has(kind)) return severity.error;
  if (warnings.has(kind) || suspicious.has(reason) || suspicious.has(faceMeanwhile)) return severity.warning;
  return kind === 'verification.decided' && decision !== 'grant' ? severity.notice : severity.informational;
}

/** Ids that this device or the configuration gave: random ones, doors, cameras. */
const idFields: ReadonlySet<string> = new Set([
  ...['verificationId', 'doorId', 'cameraId', 'actId', 'incidentId', 'tamperId', 'inspectionId', 'listenerId'],
  ...['panelId', 'callId', 'complaintId', 'cardId', 'screenId', 'keyId', 'passageId'],
]);
/** One of a closed list of words each; anything longer or freer is left out. */
const codeFields: ReadonlySet<string> = new Set([
  ...['decision', 'method', 'reason', 'faceMeanwhile', 'mode', 'act', 'state', 'how', 'why', 'signal', 'severity'],
  ...['role', 'way', 'fault', 'result', 'key', 'what'],
]);
const countFields: ReadonlySet<string> = new Set([
  ...['count', 'attempts', 'refused', 'untilSeq', 'entries', 'version', 'freeBytes', 'unrecordedBefore'],
]);
const code = /^[a-z0-9][a-z0-9:.-]{0,63}$/;
/** People and callers by the ids that this device drew; never a name that stands in the same field, such as an ISAPI user's. */
const subject = /^s-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A key, a panel with a certificate, the device's owner on their socket. */
const caller = /^((panel-)?[0-9a-f]{12}|local)$/;

function tellable(name: string, value: unknown, personFields: PersonFields): string | undefined {
  if (countFields.has(name) && typeof value === 'number') return String(value);
  if (typeof value === 'boolean' && name === 'sound') return String(value);
  if (typeof value !== 'string') return undefined;
  if (name === 'subjectId') return personFields !== 'none' && subject.test(value) ? value : undefined;
  if (name === 'by') return caller.test(value) ? value : undefined;
  if (codeFields.has(name)) return code.test(value) ? value : undefined;
  return idFields.has(name) ? value.slice(0, longestValue) : undefined;
}

/** RFC 5424 6.3.3: these three are escaped. Line breaks would be allowed, and would let a value pose as a message of its own. */
const escaped = (value: string): string => oneLine(value).replaceAll(/["\\\]]/g, (character) => `\\${character}`);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\uFEFF]/g, '?');
const printable = (text: string, most: number): string => text.replaceAll(/[^!-~]/g, '?').slice(0, most) || '-';
