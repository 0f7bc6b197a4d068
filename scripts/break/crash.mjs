import { readFileSync, watch } from 'node:fs';
import path from 'node:path';
import { demonstrationAssessment } from '../../dist/cli/demonstration.js';
import { seededRandom } from '../demo-recording/random.mjs';
import { projectRoot } from '../setup/context.mjs';
import { checkCopy, checkLeftovers, checkService } from './check.mjs';
import { Broken, Ledger, Person } from './ledger.mjs';
import { Listener } from './listener.mjs';
import { chooseScenario } from './scenarios.mjs';
import { BreakSite, dayMs, putPerson } from './site.mjs';

const clients = 6;
const peopleAtFirst = 60;
const duePerRound = 12;
/** A chain that is walked after every kill must not grow for ever. */
const killsPerSite = 40;
const roundsPerFilling = 4;
const longestMixMs = 900;
const longestStartMs = 3_000;

/**
 * @typedef {object} CrashResult
 * @property {number} kills
 * @property {Record<string, number>} instants how often it was killed in which phase
 * @property {Record<string, number>} begun how often each scenario was begun
 * @property {Record<string, number>} cut how often each scenario was cut by a kill
 * @property {number} inTheMix acts that were answered with success while a mix ran
 * @property {number} acknowledged acts that were answered, and looked for after the restart
 * @property {number} delivered web hooks that a listener got; `repeated` of them for the second time
 * @property {number} repeated
 * @property {number} owedAtKills people whose erasure was cut between its steps, and was finished by the next start
 * @property {Record<string, number>} refused acts that were answered with an error, by its code
 * @property {number} seed
 * @property {string[]} broken what did not hold; the run ends with the first
 */

/**
 * Kills the service at random instants of a running mix, again and again, and looks after each kill whether what it had
 * answered still holds.
 *
 * @param {{ times: number, seed: number, faces?: boolean, sabotage?: (site: BreakSite, ledger: Ledger) => void, onProgress?: (text: string) => void }} options
 * `faces`: recognition runs too, and people are enrolled from stills; `sabotage`: done to the dead site after each kill,
 * to see that the looking sees
 * @returns {Promise<CrashResult>}
 */
export async function crash({ times, seed, faces = false, sabotage, onProgress = () => undefined }) {
  const random = seededRandom(seed);
  /** @type {CrashResult} */
  const result = {
    kills: 0,
    instants: {},
    begun: {},
    cut: {},
    inTheMix: 0,
    acknowledged: 0,
    owedAtKills: 0,
    delivered: 0,
    repeated: 0,
    refused: {},
    seed,
    broken: [],
  };
  while (result.kills < times && result.broken.length === 0) {
    const run = new CrashRun({ random, faces, result, sabotage });
    try {
      await run.kills(Math.min(killsPerSite, times - result.kills), onProgress);
    } catch (thrown) {
      result.broken.push(`kill ${result.kills}: ${thrown instanceof Broken ? thrown.message : String(thrown)}`);
    } finally {
      await run.end(result.broken.length > 0 && sabotage === undefined);
    }
  }
  const mixes = result.instants['in the mix'] ?? 0;
  // A mix that is cut at once has none; refusals alone would show nothing.
  if (result.broken.length === 0 && result.inTheMix < Math.floor(mixes / 2))
    result.broken.push(`only ${result.inTheMix} acts were done in ${mixes} mixes`);
  return result;
}

/** One site, killed many times. */
class CrashRun {
  /** @param {{ random: () => number, faces: boolean, result: CrashResult, sabotage: ((site: BreakSite, ledger: Ledger) => void) | undefined }} parts */
  constructor({ random, faces, result, sabotage }) {
    this.sabotage = sabotage;
    this.random = random;
    this.faces = faces;
    this.result = result;
    this.numbers = 0;
    this.ledger = new Ledger();
    this.listener = new Listener();
    this.site = new BreakSite(faces ? withRecognition : undefined);
    this.stills = faces ? stills() : [];
    /** @type {import('../bench/daemon.mjs').Daemon | undefined} */
    this.daemon = undefined;
  }

  /** @param {number} count @param {(text: string) => void} onProgress */
  async kills(count, onProgress) {
    for (let round = 0; round < count; round += 1) {
      if (round % roundsPerFilling === 0) this.fill(peopleAtFirst - this.ledger.free().length, duePerRound);
      await this.killOnce();
      this.sabotage?.(this.site, this.ledger);
      this.lookAtTheDisk();
      onProgress(
        `${this.result.kills} kills, ${this.result.acknowledged + this.ledger.acknowledged} answered acts looked for`,
      );
    }
    // What the last kill left is looked at by a service too.
    await checkService(this.world(await this.started()), this.site);
    await this.listener.hasAll(this.ledger.serialsCheckedUpTo);
    this.result.delivered += this.listener.messages;
    this.result.repeated += this.listener.repeated;
    this.result.acknowledged += this.ledger.acknowledged;
    this.result.owedAtKills += this.ledger.owedAtKills;
    for (const [code, count] of Object.entries(this.ledger.refusals))
      this.result.refused[code] = (this.result.refused[code] ?? 0) + count;
  }

  next() {
    this.numbers += 1;
    return this.numbers;
  }

  /** Behind the service's back, while none runs. @param {number} people @param {number} due */
  fill(people, due) {
    this.site.withStore((store) => {
      const put = (/** @type {'person' | 'face' | undefined} */ over) => {
        const names = { personNumber: `N${this.next()}`, cardNumber: `C0DE${this.next()}` };
        const endedAtMs = Date.now() - dayMs / 24;
        const subjectId = putPerson(store, {
          ...names,
          ...(over === 'person' ? { personEndsAtMs: endedAtMs } : {}),
          ...(over === 'face' ? { consentEndsAtMs: endedAtMs } : {}),
        });
        const standing = { face: true, consent: true, ...(over === undefined ? {} : { due: over }) };
        this.ledger.people.add(new Person({ ...names, subjectId, ...standing }));
      };
      for (let n = 0; n < people; n += 1) put(undefined);
      for (let n = 0; n < due; n += 1) put(n % 2 === 0 ? 'person' : 'face');
    });
  }

  async killOnce() {
    const choice = this.random();
    if (choice < 0.15) return this.killWhileStarting();
    const daemon = await this.started();
    await checkService(this.world(daemon), this.site);
    await this.listener.subscribe(daemon, this.site.keys.operator);
    if (this.faces) await recognitionRuns(daemon, this.site.keys.operator);
    const mix = new Mix(this.world(daemon), this.faces, this.result);
    const instant = choice < 0.45 ? 'as an epoch changes' : 'in the mix';
    const delayMs = this.random() * longestMixMs * (this.faces ? 4 : 1);
    const afterMs = this.random() * 6;
    if (instant === 'in the mix') await pause(delayMs);
    else await epochChange(path.join(this.site.storeFolder, 'epoch'), longestMixMs).then(() => pause(afterMs));
    mix.dying = true;
    await daemon.stop('SIGKILL');
    this.killed(instant);
    await mix.ended();
    this.result.inTheMix += mix.answered();
  }

  /** A round begins where the one before was killed. */
  async started() {
    const daemon = this.site.launch();
    this.daemon = daemon;
    await daemon.healthy();
    return daemon;
  }

  async killWhileStarting() {
    const daemon = this.site.launch();
    this.daemon = daemon;
    await pause(this.random() * longestStartMs);
    await daemon.stop('SIGKILL');
    this.killed('while it starts');
  }

  /** @param {string} instant */
  killed(instant) {
    this.result.kills += 1;
    this.result.instants[instant] = (this.result.instants[instant] ?? 0) + 1;
  }

  /** Before any service repairs it. */
  lookAtTheDisk() {
    checkLeftovers(this.site.storeFolder, this.ledger);
    checkCopy(this.site, this.ledger, this.site.copyStore(path.join(this.site.folder, 'copy')));
  }

  /** @param {import('../bench/daemon.mjs').Daemon} daemon @returns {import('./scenarios.mjs').World} */
  world(daemon) {
    const { ledger, random, stills } = this;
    return { ledger, daemon, keys: this.site.keys, random, stills, next: () => this.next() };
  }

  /** @param {boolean} keep what did not hold is there to be looked at */
  async end(keep) {
    await this.daemon?.stop('SIGKILL');
    this.listener.close();
    if (keep) this.site.keep();
    else this.site.remove();
  }
}

/** Several clients, each doing one scenario after the other. */
class Mix {
  /** @param {import('./scenarios.mjs').World} world @param {boolean} faces @param {CrashResult} result */
  constructor(world, faces, result) {
    this.world = world;
    this.faces = faces;
    this.result = result;
    this.dying = false;
    this.before = world.ledger.acknowledged;
    this.done = Promise.all(Array.from({ length: clients }, () => this.client()));
    // Looked at in `ended`; until then nobody waits for it.
    this.done.catch(() => undefined);
  }

  async client() {
    while (!this.dying) {
      const { name, run } = chooseScenario(this.world, this.faces);
      this.result.begun[name] = (this.result.begun[name] ?? 0) + 1;
      try {
        await run(this.world);
      } catch (thrown) {
        if (thrown instanceof Broken) throw thrown;
        if (!this.dying) throw new Broken(`${name}, while the service ran: ${detailOf(thrown)}`);
        this.result.cut[name] = (this.result.cut[name] ?? 0) + 1;
        return;
      }
    }
  }

  ended() {
    return this.done;
  }

  /** Acts that were done and answered so far. */
  answered() {
    return this.world.ledger.acknowledged - this.before;
  }
}

/** @param {unknown} thrown */
const detailOf = (thrown) =>
  thrown instanceof Error
    ? `${thrown.stack} ${thrown.cause === undefined ? '' : String(thrown.cause)}`
    : String(thrown);

/** Resolves when a file of the folder changes, or when that takes too long. @param {string} folder @param {number} longestMs */
function epochChange(folder, longestMs) {
  return new Promise((resolve) => {
    const watcher = watch(folder, () => done());
    const timer = setTimeout(() => done(), longestMs);
    const done = () => {
      clearTimeout(timer);
      watcher.close();
      resolve(undefined);
    };
  });
}

/** @param {import('./site.mjs').SiteConfig} config */
function withRecognition(config) {
  config.face.enabled = true;
}

/** @param {import('../bench/daemon.mjs').Daemon} daemon @param {string} key */
async function recognitionRuns(daemon, key) {
  await daemon.said('vision.ready');
  const { body } = await daemon.call('GET', '/v1/health');
  if (!body.methods.face.works) await daemon.call('POST', '/v1/assessments', { key, body: demonstrationAssessment });
}

function stills() {
  const folder = path.join(projectRoot, 'var', 'demo', 'stills');
  return ['person-a', 'person-b'].map((name) => readFileSync(path.join(folder, `${name}.jpg`)).toString('base64'));
}

const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
