import type { Config } from '../config/index.js';
import { systemClock } from '../platform/index.js';
import type { Api } from './api.js';
import type { Finding } from './finding.js';

const what = 'remote check';
const isapiName = 'isapi:';

/** Who has the last word at the doors of `remoteCheck`; a site with one panel alone may not get any. */
export async function remoteCheckFindings({ remoteCheck, http, isapi }: Config, api: Api): Promise<Finding[]> {
  if (remoteCheck === undefined) return [];
  const { via, listener, panels: listed } = remoteCheck;
  if (via === 'webhook-answer')
    return [{ what, state: 'works', why: `the reply of listener ${listener} is the answer` }];
  const callers = [
    ...(http.panels === 'certificate' ? [] : await panelKeys(api)),
    ...(await panelsWithCertificate(api)),
    ...(isapi.enabled ? await isapiUsers(api) : []),
  ];
  return [listed === undefined ? ofAnyone(callers) : ofListed(listed, callers)];
}

function ofAnyone(callers: readonly string[]): Finding {
  const [first] = callers;
  if (first === undefined)
    return {
      ...{ what, state: 'weaker', why: 'nobody may answer: there is no panel' },
      remedy: 'let one in: menshen panels invite, or menshen keys add --role panel',
    };
  // A user of ISAPI starts no verification.
  if (callers.length === 1 && !first.startsWith(isapiName))
    return {
      ...{ what, state: 'weaker', why: `only ${first} may answer, and to what it started itself only with no` },
      remedy: `let a second panel in, or list this one: remoteCheck.panels: [${first}]`,
    };
  return { what, state: 'works', why: `may answer, with yes only to what another started: ${callers.join(', ')}` };
}

function ofListed(listed: readonly string[], callers: readonly string[]): Finding {
  const why = `may answer, as remoteCheck.panels says: ${listed.join(', ')}`;
  const gone = listed.filter((id) => !callers.includes(id));
  if (gone.length === 0) return { what, state: 'works', why };
  const remedy = 'correct remoteCheck.panels (menshen keys list, menshen panels list, menshen isapi user list)';
  return { what, state: 'weaker', why: `${why}; not in force: ${gone.join(', ')}`, remedy };
}

async function panelKeys(api: Api): Promise<string[]> {
  const { keys } = (await api.call('GET', '/v1/keys')) as { keys: Key[] };
  return keys.filter((key) => key.role === 'panel' && key.revokedAt === undefined && lasts(key)).map(({ id }) => id);
}

async function panelsWithCertificate(api: Api): Promise<string[]> {
  const { panels } = (await api.call('GET', '/v1/panels')) as { panels: { id: string; role: string; state: string }[] };
  return panels.filter(({ role, state }) => role === 'panel' && state === 'active').map(({ id }) => id);
}

async function isapiUsers(api: Api): Promise<string[]> {
  const { users } = (await api.call('GET', '/v1/isapi/users')) as { users: IsapiUser[] };
  return users.filter((user) => user.state === 'active' && lasts(user)).map(({ name }) => `${isapiName}${name}`);
}

interface Key {
  readonly id: string;
  readonly role: string;
  readonly revokedAt?: string;
  readonly expiresAt: string;
}

interface IsapiUser {
  readonly name: string;
  readonly state: string;
  readonly expiresAt: string;
}

const lasts = ({ expiresAt }: { readonly expiresAt: string }): boolean => Date.parse(expiresAt) > systemClock.wallMs();
