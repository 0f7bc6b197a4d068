import type { EventView } from '../audit/index.js';
import { type CheckDialect, infoPattern } from '../check/index.js';
import type { Dialect } from '../outbox/index.js';
import type { Store } from '../store/index.js';
import { type AlertContext, alertOf, heartbeatOf } from './alert.js';
import { badBody, membersOf, readBody, textOf, wholeOf } from './body.js';

/** Listeners that were named by `httpHosts` hear this dialect; all others hear the product's own. */
export function isIsapiHost(store: Store, listenerId: string): boolean {
  return store.registers.get('isapi-host', listenerId) !== undefined;
}

/** Bodies of what a listener is told. */
export function isapiDialect(context: AlertContext): Dialect {
  return {
    body: (content, { nowMs, replay }) => {
      switch (content.type) {
        case 'event':
          return JSON.stringify(alertOf(content.event, context, !replay));
        case 'gap':
          return JSON.stringify(heartbeatOf(nowMs, context, { menshen: { lost: { ...content.gap } } }));
        case 'heartbeat':
        case 'test':
          return JSON.stringify(heartbeatOf(nowMs, context));
      }
    },
  };
}

/** The terminal's own question, and what counts as the reply: TLS says who answers, the serial to what. */
export function isapiCheckDialect(context: AlertContext): CheckDialect {
  return {
    ask: (view: EventView) => JSON.stringify(alertOf(view, context, true)),
    read: (reply, serial) => {
      const answer = readRemoteCheck(reply);
      if (answer.serial !== serial) throw badBody('The reply is about another event.');
      return answer;
    },
  };
}

const longestInfo = 200;

/**
 * `RemoteCheck`, from the panel's own call or in its reply. `info` goes into the record only where it is a code: the dialect
 * allows prose, and names have no place there.
 *
 * @throws MenshenError `body-invalid`.
 */
export function readRemoteCheck(body: unknown): { serial: number; result: 'success' | 'failed'; info?: string } {
  const members = membersOf(readBody(body, ['RemoteCheck']), ['serialNo', 'checkResult', 'info']);
  const serial = wholeOf(members, 'serialNo', [1, Number.MAX_SAFE_INTEGER]);
  const result = members.get('checkResult');
  const info = textOf(members, 'info', longestInfo);
  if (serial === undefined || (result !== 'success' && result !== 'failed'))
    throw badBody('RemoteCheck needs serialNo, and checkResult: success or failed.');
  return { serial, result, ...(info === undefined || !infoPattern.test(info) ? {} : { info }) };
}
