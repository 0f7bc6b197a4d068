import { afterEach, describe, expect, it, vi } from 'vitest';
import { type LanWayTarget, MenshenError } from '#menshen/core/index.js';
import { EgressGuard, openLanWay, systemRandomness, systemTimers } from '#menshen/platform/index.js';
import { newSubjectId } from '#menshen/store/index.js';
import { mostBehind, type SyslogParts, SyslogSender } from '#menshen/syslog/index.js';
import { openSyslog } from '#menshen/terminal/index.js';
import { addPerson, openSite, type Site, siteConfig } from '../support/site.js';
import { type Collector, foreignAuthority, tcpCollector, tlsCollector, udpCollector } from './collector.js';

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});
const kept = <C extends Collector>(collector: C): C => {
  endings.push(() => collector.close());
  return collector;
};

type Way = Pick<LanWayTarget, 'protocol' | 'port' | 'authority'>;

interface More {
  readonly kinds?: readonly string[];
  readonly personFields?: 'none';
  readonly store?: SyslogParts['store'];
}

function senderTo(site: Site, way: Way, more: More = {}): SyslogSender {
  const guard = new EgressGuard();
  const sender = new SyslogSender({
    ...{
      store: more.store ?? site.store,
      audit: site.audit,
      clock: site.clock,
      timers: systemTimers,
      randomness: systemRandomness,
    },
    logger: { log: () => undefined },
    open: (signal) => openLanWay({ address: '127.0.0.1', ...way }, signal),
    allow: () => guard.allow('127.0.0.1', way.port),
    framing: way.protocol === 'udp' ? 'datagram' : 'octet-counting',
    kinds: more.kinds,
    deviceId: 'gate-1',
    personFields: more.personFields ?? 'subject-id',
  });
  endings.push(() => sender.close());
  return sender;
}

const subjectId = 's-0b0e7c70-9f3c-4a53-8a6e-1f2f5a1e9d11';
const decided = { decision: 'deny', reason: 'locked-out', doorId: 'main', subjectId, verificationId: 'v-1' };
const told = (collector: Collector, count: number) =>
  vi.waitFor(() => expect(collector.messages.length).toBeGreaterThanOrEqual(count), { timeout: 5000 });
const kindsOf = ({ messages }: Collector) => messages.map((message) => / menshen - (\S+) /.exec(message)?.[1]);

describe('an audit entry at the collector', () => {
  it('is one RFC 5424 message with its ids, decision and reason', async () => {
    const [site, collector] = [openSite(), kept(await udpCollector())];
    senderTo(site, { protocol: 'udp', port: collector.port }).start();
    const { seq, serial } = site.audit.append('verification.decided', decided);
    await told(collector, 1);
    // 13 (log audit) x 8 + 4 (warning): somebody was locked out.
    const at = new Date(site.clock.wallMs()).toISOString();
    expect(collector.messages[0]).toBe(
      `<108>1 ${at} gate-1 menshen - verification.decided [menshen@32473 kind="verification.decided" seq="${seq}" serial="${serial}" decision="deny" doorId="main" reason="locked-out" subjectId="${subjectId}" verificationId="v-1"] \uFEFFverification.decided deny locked-out`,
    );
  });

  it.each(['local', '0123456789ab', 'panel-0123456789ab'])('says that %s did it', async (by) => {
    const [site, collector] = [openSite(), kept(await udpCollector())];
    senderTo(site, { protocol: 'udp', port: collector.port }).start();
    site.audit.append('pin.set', { subjectId: newSubjectId(), by });
    await told(collector, 1);
    expect(collector.messages[0]).toContain(` by="${by}"`);
  });

  it('says the ids of the person and of the key where the device itself recorded them', async () => {
    const [site, collector] = [openSite(), kept(await udpCollector())];
    senderTo(site, { protocol: 'udp', port: collector.port }).start();
    const { id: by } = site.apiKeys.add({ role: 'operator', label: 'desk', days: 1 }, 'local');
    const { id } = addPerson(site);
    site.audit.append('pin.set', { subjectId: id, by });
    await told(collector, 2);
    expect(collector.messages[0]).toContain(' by="local"');
    expect(collector.messages.at(-1)).toMatch(new RegExp(` by="${by}" .*subjectId="${id}"`));
  });

  it('never says names, numbers of people and cards, PINs or scores', async () => {
    const [site, collector] = [openSite(), kept(await udpCollector())];
    senderTo(site, { protocol: 'udp', port: collector.port }, { personFields: 'none' }).start();
    const secrets = {
      personNumber: 'N-77',
      name: 'Ada',
      cardNumber: '04A1',
      pin: '271828',
      similarity: 0.71,
      score: 0.5,
    };
    site.audit.append('verification.decided', { ...decided, ...secrets, by: 'Ada Lovelace', why: 'Ada said so' });
    site.audit.append('pin.set', { subjectId, by: 'isapi:ada' });
    await told(collector, 2);
    expect(collector.messages.join()).not.toMatch(/N-77|[Aa]da|04A1|271828|0\.71|0\.5|0b0e7c70/);
  });

  it('cannot be made to look like two, or like other fields, by what stands in it', async () => {
    const [site, collector] = [openSite(), kept(await tcpCollector())];
    senderTo(site, { protocol: 'tcp', port: collector.port }).start();
    site.audit.append('door.event', { doorId: 'a"] <8>1 - - - \\ x\n<8>1 forged 门', state: 'open"] forged' });
    await told(collector, 1);
    expect(collector.messages).toEqual([
      expect.stringContaining(' doorId="a\\"\\] <8>1 - - - \\\\ x?<8>1 forged 门"] \uFEFFdoor.event'),
    ]);
  });

  it('raises a duress alarm at the collector', async () => {
    const [site, collector] = [openSite(), kept(await udpCollector())];
    senderTo(site, { protocol: 'udp', port: collector.port }).start();
    site.audit.append('duress.alarm', { subjectId, doorId: 'main' });
    await told(collector, 1);
    expect(collector.messages[0]).toMatch(/^<105>1 .* duress\.alarm /);
  });

  it('is left out when its kind is not wanted', async () => {
    const [site, collector] = [openSite(), kept(await udpCollector())];
    senderTo(site, { protocol: 'udp', port: collector.port }, { kinds: ['pin.set'] }).start();
    site.audit.append('card.added', {});
    site.audit.append('pin.set', {});
    await told(collector, 1);
    expect(kindsOf(collector)).toEqual(['pin.set']);
  });
});

describe('over TLS', () => {
  it('goes to the collector that the authority vouches for', async () => {
    const [site, collector] = [openSite(), kept(await tlsCollector())];
    senderTo(site, { protocol: 'tls', port: collector.port, authority: collector.authority }).start();
    site.audit.append('pin.set', {});
    await told(collector, 1);
  });

  it('goes to no other', async () => {
    const [site, collector] = [openSite(), kept(await tlsCollector())];
    const sender = senderTo(site, { protocol: 'tls', port: collector.port, authority: await foreignAuthority() });
    sender.start();
    site.audit.append('pin.set', {});
    await vi.waitFor(() => expect(sender.state()).toMatchObject({ state: 'waiting', backlog: 1 }), { timeout: 5000 });
    expect(collector.messages).toEqual([]);
  });
});

describe('a collector that is away', () => {
  it('delays nobody, and gets everything in order when it is back, also after a restart', async () => {
    const site = openSite();
    const gone = await tcpCollector();
    await gone.close();
    const first = senderTo(site, { protocol: 'tcp', port: gone.port });
    first.start();
    site.audit.append('pin.set', {});
    await vi.waitFor(() => expect(first.state().problem).toBeDefined(), { timeout: 5000 });
    await first.close();
    site.audit.append('card.added', {});
    const back = kept(await tcpCollector(gone.port));
    senderTo(site, { protocol: 'tcp', port: gone.port }).start();
    await told(back, 2);
    expect(kindsOf(back)).toEqual(['pin.set', 'card.added']);
  });

  it('is told on when the disk can be read again, and a disk that cannot be read ends nothing', async () => {
    const [site, collector] = [openSite(), kept(await tcpCollector())];
    const { auditLog, state } = site.store;
    const disk = { fails: false };
    const newest = () => {
      if (disk.fails) throw new MenshenError('store-failing', 'SQLITE_IOERR_READ');
      return auditLog.newest();
    };
    const page = auditLog.page.bind(auditLog);
    const failing = { auditLog: { page, newest }, state } as unknown as SyslogParts['store'];
    const sender = senderTo(site, { protocol: 'tcp', port: collector.port }, { store: failing });
    sender.start();
    site.audit.append('pin.set', {});
    disk.fails = true;
    await new Promise((resolve) => setTimeout(resolve, 100));
    disk.fails = false;
    await told(collector, 1);
  });

  it('gets no entry twice after an orderly restart', async () => {
    const [site, collector] = [openSite(), kept(await tcpCollector())];
    for (const kind of ['pin.set', 'card.added'] as const) {
      const sender = senderTo(site, { protocol: 'tcp', port: collector.port });
      sender.start();
      site.audit.append(kind, {});
      await sender.close();
    }
    await told(collector, 2);
    expect(kindsOf(collector)).toEqual(['pin.set', 'card.added']);
  });

  it('hangs up and is found again', async () => {
    const [site, collector] = [openSite(), kept(await tcpCollector())];
    senderTo(site, { protocol: 'tcp', port: collector.port }).start();
    site.audit.append('pin.set', {});
    await told(collector, 1);
    collector.hangUp();
    // So that the end of the connection has come here before anything is said into it.
    await new Promise((resolve) => setTimeout(resolve, 100));
    site.audit.append('card.added', {});
    await told(collector, 2);
    expect(kindsOf(collector)).toEqual(['pin.set', 'card.added']);
  });

  it('for very long, is told how much it will never get', async () => {
    const site = openSite();
    await senderOnce(site);
    site.audit.appendAll(Array.from({ length: mostBehind + 5 }, () => ({ kind: 'pin.set' as const, body: {} })));
    const collector = kept(await tcpCollector());
    const sender = senderTo(site, { protocol: 'tcp', port: collector.port }, { kinds: ['card.added'] });
    sender.start();
    await told(collector, 1);
    expect([sender.state().lost, collector.messages[0]]).toEqual([
      5,
      expect.stringMatching(
        / syslog\.lost \[menshen@32473 kind="syslog\.lost" count="5" fromSeq="\d+" untilSeq="\d+"\]/,
      ),
    ]);
  });

  it('that takes nothing keeps neither the audit nor the stop waiting', async () => {
    const [site, collector] = [openSite(), kept(await tcpCollector(0, false))];
    const sender = senderTo(site, { protocol: 'tcp', port: collector.port });
    sender.start();
    const body = { doorId: 'd'.repeat(200), verificationId: 'v'.repeat(200), cameraId: 'c'.repeat(200) };
    site.audit.appendAll(Array.from({ length: 9000 }, () => ({ kind: 'door.event' as const, body })));
    await vi.waitFor(() => expect(sender.state().backlog).toBeLessThan(9000), { timeout: 5000 });
    const began = performance.now();
    await sender.close();
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

/** Notes a place, as a run of the service did before. */
async function senderOnce(site: Site): Promise<void> {
  const collector = await tcpCollector();
  const sender = senderTo(site, { protocol: 'tcp', port: collector.port });
  sender.start();
  await sender.close();
  await collector.close();
}

describe('the configuration of a collector', () => {
  const syslog = { host: '192.168.1.30', port: 6514, protocol: 'tcp' };
  const refusal = (changes: Readonly<Record<string, unknown>>, mode = 'live'): string => {
    try {
      siteConfig({ mode, syslog: { ...syslog, ...changes } });
      return 'accepted';
    } catch (thrown) {
      return thrown instanceof MenshenError ? `${thrown.code}: ${thrown.detail}` : String(thrown);
    }
  };

  it.each([
    ['a name, which would have to be looked up', { host: 'logs.example.invalid' }, 'no address in digits'],
    ['tls without an authority, which would trust anybody', { protocol: 'tls' }, 'needs syslog.authorityFile'],
    ['an authority that nothing would look at', { authorityFile: 'ca.pem' }, 'goes with protocol: tls'],
    ['a kind that no entry will ever have', { kinds: ['no.such-kind'] }, 'syslog'],
    ['a protocol that is not spoken', { protocol: 'relp' }, 'syslog'],
    ['an unknown key', { facility: 4 }, 'unknown key'],
  ])('refuses %s', (_what, changes, why) => {
    expect(refusal(changes)).toContain(why);
  });

  it('is taken as it should be', () => {
    expect([refusal({}), refusal({ kinds: ['duress.alarm'] })]).toEqual(['accepted', 'accepted']);
  });

  it('of the demonstration names this device alone', () => {
    expect([refusal({}, 'demonstration'), refusal({ host: '127.0.0.1' }, 'demonstration')]).toEqual([
      expect.stringContaining('loopback only'),
      'accepted',
    ]);
  });

  it('with a public address keeps the sender from starting', () => {
    const site = openSite();
    const sender = openSyslog({
      ...{ store: site.store, audit: site.audit, clock: site.clock, timers: systemTimers },
      ...{ randomness: systemRandomness, logger: { log: () => undefined } },
      config: siteConfig({ syslog: { ...syslog, host: '8.8.8.8' } }),
    });
    expect(() => sender?.start()).toThrow(MenshenError);
  });
});
