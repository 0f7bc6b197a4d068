import { MenshenError } from '../core/index.js';
import type { Services } from '../http/index.js';
import { badBody, membersOf, readBody } from './body.js';

/** Every door, in this dialect. */
const everyDoor = 65_535;
const commands = ['open', 'close', 'resume', 'alwaysOpen', 'alwaysClose'] as const;
export type DoorCommand = (typeof commands)[number];

export interface DoorOrder {
  readonly command: DoorCommand;
  /** Left out: every door. */
  readonly doorId?: string;
}

/** @throws MenshenError `body-invalid`, `door-unknown`. */
export function readDoorOrder(doorNo: string, body: unknown, doorIds: readonly string[]): DoorOrder {
  const members = membersOf(readBody(body, ['RemoteControlDoor']), ['cmd']);
  const command = commands.find((one) => one === members.get('cmd'));
  if (command === undefined) throw badBody(`cmd is one of ${commands.join(', ')}.`);
  const number = /^\d{1,5}$/.test(doorNo) ? Number(doorNo) : Number.NaN;
  if (number === everyDoor) return { command };
  const doorId = doorIds[number - 1];
  if (doorId === undefined) throw new MenshenError('door-unknown', `There is no door ${doorNo.slice(0, 20)}.`);
  return { command, doorId };
}

type DoorServices = Pick<Services, 'doors' | 'audit' | 'store' | 'clock' | 'config'>;

/**
 * This terminal has no relay: a release is an event that the door's controller reads and acts on, valid as long as a grant
 * is; the lasting states are the door's, as an operator sets them.
 *
 * @throws MenshenError `conflict` where a door is locked down.
 */
export function obey(services: DoorServices, { command, doorId }: DoorOrder, by: string): void {
  const { doors } = services;
  const reason = `ISAPI ${command}`;
  switch (command) {
    case 'open':
      release(services, doorId, by);
      return;
    case 'close':
    case 'resume':
      doors.setState(doorId, { state: 'normal', reason, by });
      return;
    case 'alwaysOpen':
      doors.setState(doorId, { state: 'free', reason, by });
      return;
    case 'alwaysClose':
      doors.setState(doorId, { state: 'lock-down', reason, by });
      return;
  }
}

function release({ doors, audit, store, clock, config }: DoorServices, doorId: string | undefined, by: string): void {
  const wanted = doorId === undefined ? config.doors.map(({ id }) => id) : [doorId];
  const locked = wanted.find((id) => doors.view(id).state === 'lock-down');
  if (locked !== undefined)
    throw new MenshenError('conflict', `The door ${locked} is locked down; an operator ends that first.`);
  const expiresAt = new Date(Math.round(clock.wallMs()) + config.verification.decisionValidMs).toISOString();
  store.withReserve(() =>
    store.transaction(() => {
      for (const id of wanted) audit.append('door.remote-released', { doorId: id, expiresAt, by });
    }),
  );
}
