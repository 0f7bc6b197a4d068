import type { Command } from 'commander';
import { addonStatus } from '../../addon/index.js';
import { type Config, recordedCameras } from '../../config/index.js';
import { asMenshenError, MenshenError } from '../../core/index.js';
import { loadLanguages } from '../../language/index.js';
import { checkSiteWording } from '../../notice/index.js';
import { findFfmpeg } from '../../platform/index.js';
import { say } from '../console.js';
import type { Context } from '../context.js';
import type { Finding } from '../finding.js';
import { healthFindings } from '../health-findings.js';
import { openApi } from '../open-api.js';
import { builtInPack, configuredPack } from '../packs.js';
import { remoteCheckFindings } from '../remote-check-findings.js';

/** `menshen doctor`: what works, what does not, why, and what to do. Exit code 3 when something is broken. */
export function addDoctorCommand(program: Command, context: Context): void {
  program
    .command('doctor')
    .description('what works, what does not, why, and what to do')
    .action(async () => {
      const findings = [...(await machineFindings()), ...(await siteFindings(context))];
      const width = Math.max(...findings.map(({ what }) => what.length));
      for (const { what, state, why, remedy } of findings) {
        say(
          `${marks[state]} ${what.padEnd(width)}  ${why}${remedy === undefined ? '' : `\n  ${' '.repeat(width)}  -> ${remedy}`}`,
        );
      }
      if (findings.some(({ state }) => state === 'broken')) process.exitCode = 3;
    });
}

const marks = { works: 'ok  ', weaker: 'weak', broken: 'FAIL' } as const;

async function machineFindings(): Promise<Finding[]> {
  const addon = addonStatus();
  return [
    await attempt('video decoder', async () => {
      const { path, version } = await findFfmpeg();
      return `${path}, version ${version.major}.${version.minor}`;
    }),
    addon.implementation === 'typescript'
      ? {
          what: 'native addon',
          state: 'weaker',
          why: addon.reason ?? 'not built: comparison and pixel work run in TypeScript, memory is not locked',
          remedy: 'install a C++ compiler (apt install g++) and run npm run setup',
        }
      : { what: 'native addon', state: 'works', why: addon.implementation },
    await attempt('languages', async () =>
      loadLanguages()
        .list.map(({ tag, name }) => `${tag} (${name})`)
        .join(', '),
    ),
  ];
}

/** What a start does to the models: hashes, shapes, golden values. */
async function packFinding(directory: string): Promise<Finding> {
  const finding = await attempt('model pack', async () => {
    const { checkPack, problemOf } = await import('../../packs/index.js');
    const problem = problemOf(await checkPack(directory));
    if (problem !== undefined) throw new MenshenError('model-pack-invalid', problem);
    return `${directory}, golden values hold`;
  });
  if (finding.state === 'works') return finding;
  return {
    ...finding,
    remedy: directory === builtInPack ? 'npm run setup' : 'menshen models check; menshen models use',
  };
}

async function siteFindings(context: Context): Promise<Finding[]> {
  let config: ReturnType<Context['config']> | undefined;
  const configuration = await attempt('configuration', async () => {
    config = context.config();
    return context.configPath();
  });
  if (config === undefined) return [await packFinding(builtInPack), configuration];
  const site = config;
  const wording = await attempt('wording', async () => {
    checkSiteWording(site, loadLanguages());
    return 'no text of the site coerces, misleads or nags (M12)';
  });
  const findings: Finding[] = [
    await packFinding(configuredPack(site)),
    configuration,
    wording,
    ...recordedCameraFindings(site),
  ];
  findings.push(
    await attempt('store and key', async () => {
      const api = await openApi(site);
      try {
        const audit = (await api.call('GET', '/v1/audit/verification')) as {
          intact: boolean;
          entries: number;
          problem?: string;
        };
        findings.push(
          audit.intact
            ? { what: 'audit chain', state: 'works', why: `${audit.entries} entries hold` }
            : {
                what: 'audit chain',
                state: 'broken',
                why: audit.problem ?? 'broken',
                remedy: 'keep the store for analysis',
              },
        );
        findings.push(...rollbackFindings(await api.call('GET', '/v1/store/rollback')));
        findings.push(...healthFindings(await api.call('GET', '/v1/health'), api.live));
        findings.push(...(await remoteCheckFindings(site, api)));
        return api.live ? 'open in the running daemon' : 'opens; the daemon does not run';
      } finally {
        await api.close();
      }
    }),
  );
  return findings;
}

function recordedCameraFindings(config: Config): Finding[] {
  return recordedCameras(config).map(({ id, source }) => ({
    what: `camera ${id}`,
    state: 'broken',
    why: `a ${source.kind === 'stills' ? 'folder of stills' : source.kind} stands for the camera of a live site: whoever is in it opens the door, whoever stands there is not seen`,
    remedy: 'name the real camera in cameras[].source, or set mode: demonstration',
  }));
}

function rollbackFindings(answer: unknown): Finding[] {
  const { finding } = answer as { finding: { detail: string } | null };
  if (finding === null) return [];
  const remedy = 'menshen store rollback; when you have gone through what may be old: menshen store confirm-rollback';
  return [{ what: 'store', state: 'broken', why: finding.detail, remedy }];
}

async function attempt(what: string, check: () => Promise<string>): Promise<Finding> {
  try {
    return { what, state: 'works', why: await check() };
  } catch (thrown) {
    return { what, state: 'broken', why: asMenshenError(thrown).message };
  }
}
