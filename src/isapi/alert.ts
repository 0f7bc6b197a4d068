import type { EventView } from '../audit/index.js';
import { codeOf } from './codes.js';
import type { Json } from './xml.js';

export interface AlertContext {
  readonly deviceId: string;
  /** The site's doors in the order in which the configuration lists them: the first is door 1. */
  readonly doorIds: readonly string[];
}

/** How the dialect calls what was shown; of the others it has no name of which we are sure. */
const verifyModes: Readonly<Record<string, string>> = {
  face: 'face',
  card: 'card',
  pin: 'employeeNoAndPw',
  'card+pin': 'cardAndPw',
  'card+face': 'faceAndCard',
  'pin+face': 'faceAndPw',
};

/** One event as this dialect's search, stream and listeners tell it. Of a person only what `view` has, which is the site's. */
export function accessEvent(view: EventView, { doorIds }: AlertContext, current: boolean): Record<string, Json> {
  const { major, minor } = codeOf(view);
  const doorNo = doorIds.indexOf(String(view.doorId)) + 1;
  const employee = text(view.personNumber) ?? text(view.subjectId);
  const mode = verifyModes[String(view.method)];
  return {
    majorEventType: major,
    subEventType: minor,
    serialNo: view.serial,
    frontSerialNo: view.serial - 1,
    currentEvent: current,
    ...(doorNo === 0 ? {} : { doorNo, cardReaderNo: doorNo }),
    ...(employee === undefined ? {} : { employeeNoString: employee }),
    ...(text(view.name) === undefined ? {} : { name: String(view.name) }),
    ...(mode === undefined ? {} : { currentVerifyMode: mode }),
    ...(view.kind === 'verification.check-asked' ? { remoteCheck: true } : {}),
    menshen: extra(view),
  };
}

export function alertOf(view: EventView, context: AlertContext, current: boolean): Record<string, Json> {
  return {
    ...headOf(view.at, context),
    eventType: 'AccessControllerEvent',
    eventState: 'active',
    eventDescription: 'Access Controller Event',
    AccessControllerEvent: accessEvent(view, context, current),
  };
}

/** The line is alive, or something was left out. */
export function heartbeatOf(
  atMs: number,
  context: AlertContext,
  about: Record<string, Json> = {},
): Record<string, Json> {
  return {
    ...headOf(new Date(atMs).toISOString(), context),
    eventType: 'heartBeat',
    eventState: 'inactive',
    eventDescription: 'heartBeat',
    ...about,
  };
}

function headOf(at: string, { deviceId }: AlertContext): Record<string, Json> {
  return { dateTime: isapiTime(at), activePostCount: 1, deviceID: deviceId, channelID: 1 };
}

/** As panels write moments: with an offset, and whole seconds. */
export const isapiTime = (iso: string): string => iso.replace(/(\.\d+)?Z$/, '+00:00');

/** What the codes cannot say. */
function extra(view: EventView): Record<string, Json> {
  const told = ['verificationId', 'decision', 'reason', 'deadline'] as const;
  const members = told.flatMap((name) => (text(view[name]) === undefined ? [] : [[name, String(view[name])] as const]));
  return { kind: view.kind, ...Object.fromEntries(members) };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
