/** Incidents and the tamper lock: the face stops at once, goes on only when the right people say so, and nothing is lost. */
import { describe, expect, it, test } from 'vitest';
import { incidentNotice, type LiftOrder } from '#menshen/incident/index.js';
import { loadLanguages } from '#menshen/language/index.js';
import { ada } from '../support/fake-vision.js';
import { addEnrolled, auditKinds, newestAudit, openSite, purpose, type Site } from '../support/site.js';
import { copyOfFolder, createTestStore, openTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';

const secretWords = 'the list of the third floor lay in the copier';
const leak = { kind: 'leak', severity: 'minor', dataKinds: ['name'], description: secretWords } as const;
const byFace = { doorId: 'main', purpose, nonce: 'n', act: { kind: 'button' } } as const;

function reported(site: Site = openSite()) {
  return { site, incident: site.incidents.report(leak, 'reporter') };
}

describe('an incident', () => {
  test('P57: switches the face off at once', () => {
    expect(reported().site.policy.site()).toMatchObject({ on: false, reason: 'incident' });
  });

  test('P57: ends a face verification that runs without a grant', async () => {
    const site = openSite();
    const person = addEnrolled(site, ada);
    const { verificationId } = await site.verifications.start({ ...byFace, claim: { subjectId: person.id } });
    site.incidents.report(leak, 'reporter');
    site.vision.show(ada, 5);
    expect(site.verifications.view(verificationId).decision?.decision).not.toBe('grant');
  });

  test('P57: is on disk when the answer is given', () => {
    const folder = tempFolder();
    reported(openSite({ store: createTestStore(folder) }));
    const asAfterAKill = openSite({ store: openTestStore(copyOfFolder(folder)), assessed: false });
    expect(asAfterAKill.policy.site()).toMatchObject({ on: false, reason: 'incident' });
  });

  test('P57: leaves no incident without its audit entry, and no entry without its incident', () => {
    const site = openSite();
    site.audit.append = () => {
      throw new Error('pulled plug');
    };
    expect(() => site.incidents.report(leak, 'reporter')).toThrow('pulled plug');
    expect(site.incidents.list()).toEqual([]);
  });

  test('P57: is told to panels and auditors without a word of what was written', () => {
    const { site } = reported();
    expect(JSON.stringify(newestAudit(site, 'incident.reported'))).not.toContain('copier');
  });

  test('P57: keeps what was written as ciphertext', () => {
    const folder = tempFolder();
    const { site } = reported(openSite({ store: createTestStore(folder) }));
    site.store.close();
    const rows = rawDatabase(folder, (db) => db.prepare('SELECT * FROM register_entry').all());
    expect(JSON.stringify(rows.map((row) => Object.values(row as object).map(String)))).not.toContain('copier');
  });

  it('opens what was written for those who handle it, with what was found out since', () => {
    const { site, incident } = reported();
    site.incidents.supplement(incident.id, { cause: 'nobody collected it' }, 'op-1');
    site.incidents.supplement(incident.id, { remedy: 'shredded' }, 'op-1');
    expect(site.incidents.texts(incident.id)).toEqual({
      ...{ description: secretWords, cause: 'nobody collected it', remedy: 'shredded' },
    });
  });

  it('that grows to a major one never shrinks again', () => {
    const { site, incident } = reported();
    site.incidents.supplement(incident.id, { severity: 'major' }, 'op-1');
    expect(site.incidents.supplement(incident.id, { remedy: 'shredded' }, 'op-1').severity).toBe('major');
  });
});

/** What two people agreed on, as their act hands it over. */
const agreed = (actId = 'act-1', holders = ['Ann', 'Ben']): LiftOrder => ({
  ...{ actId, peopleTold: 'yes' },
  people: [
    { by: 'op-1', holder: holders[0] ?? '' },
    { by: 'op-2', holder: holders[1] ?? '' },
  ],
});

describe('lifting an incident', () => {
  test('P57: by two people brings the face back, and both are on record', () => {
    const { site, incident } = reported();
    site.incidents.lift(incident.id, agreed());
    expect([site.policy.site(), newestAudit(site, 'incident.lifted')]).toEqual([
      { on: true },
      { incidentId: incident.id, actId: 'act-1', by: 'op-1 op-2', peopleTold: 'yes' },
    ]);
  });

  test('P57: by two keys of one person leaves the face off', () => {
    const { site, incident } = reported();
    expect(() => site.incidents.lift(incident.id, agreed('act-1', ['Ann Lee', 'ann  lee']))).toThrow(
      expect.objectContaining({ code: 'second-person-required' }),
    );
    expect(site.policy.site()).toMatchObject({ on: false, reason: 'incident' });
  });

  test('P57: the face stays off while another incident is open', () => {
    const { site, incident } = reported();
    site.incidents.report({ ...leak, kind: 'loss' }, 'reporter');
    site.incidents.lift(incident.id, agreed());
    expect(site.policy.site()).toMatchObject({ on: false, reason: 'incident' });
  });

  it('by the same act twice, as after a crash, is done once', () => {
    const { site, incident } = reported();
    for (let n = 0; n < 2; n += 1) site.incidents.lift(incident.id, agreed());
    expect(auditKinds(site).filter((kind) => kind === 'incident.lifted')).toHaveLength(1);
  });

  it('leaves no lifted incident without its audit entry', () => {
    const { site, incident } = reported();
    site.audit.append = () => {
      throw new Error('pulled plug');
    };
    expect(() => site.incidents.lift(incident.id, agreed())).toThrow('pulled plug');
    expect(site.incidents.require(incident.id)).toMatchObject({ state: 'open', lifts: [] });
  });

  it('is refused for one that was lifted, and for one that never was', () => {
    const { site, incident } = reported();
    site.incidents.lift(incident.id, agreed());
    expect(() => site.incidents.lift(incident.id, agreed('act-2'))).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
    expect(() => site.incidents.lift('nothing', agreed())).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('cannot be aimed at a supplement', () => {
    const { site, incident } = reported();
    site.incidents.supplement(incident.id, { cause: 'unknown' }, 'op-1');
    const supplement = site.store.registers.list('incident', { state: 'supplement' })[0]?.id ?? '';
    expect(() => site.incidents.lift(supplement, agreed())).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});

describe('the tamper lock', () => {
  test('D19c: suspends the face until an operator confirms', () => {
    const site = openSite();
    const { tampering } = site.tamperLock.report('case-opened', 'main', 'panel-1');
    const during = site.policy.site();
    site.tamperLock.confirm(tampering.id, 'op-1');
    expect([during, site.policy.site()]).toEqual([
      expect.objectContaining({ on: false, reason: 'tampered' }),
      { on: true },
    ]);
  });

  test('D19c: holds over a restart', () => {
    const folder = tempFolder();
    openSite({ store: createTestStore(folder) }).tamperLock.report('case-opened', undefined, 'panel-1');
    const again = openSite({ store: openTestStore(copyOfFolder(folder)), assessed: false });
    expect(again.policy.site()).toMatchObject({ reason: 'tampered' });
  });

  test('D19c: a switch that chatters makes one report', () => {
    const site = openSite();
    for (let n = 0; n < 20; n += 1) site.tamperLock.report('case-opened', 'main', 'panel-1');
    expect([
      site.tamperLock.list().length,
      auditKinds(site).filter((kind) => kind === 'tamper.reported').length,
    ]).toEqual([1, 1]);
  });

  test('D19c: every signal needs its own confirmation', () => {
    const site = openSite();
    const { tampering } = site.tamperLock.report('case-opened', 'main', 'panel-1');
    site.tamperLock.report('camera-moved', 'main', 'panel-1');
    site.tamperLock.confirm(tampering.id, 'op-1');
    expect(site.policy.site()).toMatchObject({ reason: 'tampered' });
  });

  it('cannot be confirmed twice', () => {
    const site = openSite();
    const { tampering } = site.tamperLock.report('other', undefined, 'panel-1');
    site.tamperLock.confirm(tampering.id, 'op-1');
    expect(() => site.tamperLock.confirm(tampering.id, 'op-1')).toThrow(expect.objectContaining({ code: 'conflict' }));
  });
});

describe('the notices of PIPL art. 57', () => {
  const facts = { deviceId: 'gate-1', processorName: 'Test <Processor>', contact: 'desk@example.invalid', people: 7 };
  const written = { cause: 'a <b>door</b> stood open', possibleHarm: 'unwanted calls', remedy: 'it is shut' };
  const notice = (language: string, audience: 'people' | 'authority', texts: object = written) =>
    incidentNotice(reported().incident, texts, facts, loadLanguages().texts(language, 'incident'), audience);

  test.each(['zh', 'en'])('P57: in %s say kinds of data, cause, harm, remedy, self-help and contact', (language) => {
    const { text, missing } = notice(language, 'people', { ...written, selfHelp: 'change your number' });
    for (const said of [...Object.values(written), 'change your number', 'desk@example.invalid', 'gate-1'])
      expect(text).toContain(said);
    expect(missing).toEqual([]);
  });

  test('P57: say that something is still being looked into, and never make it up', () => {
    const { text, missing } = notice('en', 'people', {});
    expect([text.match(/Still being looked into/g)?.length, missing]).toEqual([3, ['cause', 'possibleHarm', 'remedy']]);
  });

  test('P57: the authority is told how many people there are, people are not', () => {
    expect([/: 7$/m.test(notice('en', 'authority').text), /: 7$/m.test(notice('en', 'people').text)]).toEqual([
      true,
      false,
    ]);
  });

  it('let nothing that somebody wrote become markup', () => {
    const { html } = notice('en', 'people');
    expect([html.includes('<b>'), html.includes('a &lt;b&gt;door')]).toEqual([false, true]);
  });
});
