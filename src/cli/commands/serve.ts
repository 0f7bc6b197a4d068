import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Config, loadConfig, recordedCameras } from '../../config/index.js';
import { errorRegistry, type Logger, MenshenError } from '../../core/index.js';
import {
  becomeUser,
  endOnUncaught,
  jsonLogger,
  keepFilesPrivate,
  projectFolder,
  runsAsRoot,
  systemClock,
  systemRandomness,
  systemTimers,
} from '../../platform/index.js';
import { createStore, type Listening, listen, openStore, Terminal } from '../../terminal/index.js';
import { readPassphrase, say } from '../console.js';
import type { Context } from '../context.js';
import { demonstrationAssessment } from '../demonstration.js';
import { daemonAnswers } from '../open-api.js';

/** `menshen serve`: the daemon. */
export function addServeCommand(program: Command, context: Context): void {
  program
    .command('serve')
    .description('run the terminal')
    .option(
      '--demonstration',
      'the demonstration site: a recorded video as the camera, loopback only, a throw-away store',
    )
    .option('--port <port>', 'listen on another port than the configured one (demonstration only)')
    .option(
      '--user <name>',
      'started as root: become this user before anything is opened; store, key and TLS files must be theirs',
    )
    .action(async (options: { demonstration?: boolean; port?: string; user?: string }) => {
      keepFilesPrivate();
      if (options.user !== undefined) becomeUser(options.user);
      if (options.demonstration === true) await serveDemonstration(options.port);
      else await serve(context.config(), openStore, { configFile: context.configPath() });
    });
}

type OpenStore = typeof openStore;

interface ServeOptions {
  readonly configFile?: string;
  readonly prepare?: (terminal: Terminal, listening: Listening) => void;
}

async function serve(config: Config, open: OpenStore, { configFile, prepare }: ServeOptions): Promise<void> {
  const logger = jsonLogger(config.log.level);
  // From here on: whoever stops it while it starts has it stopped in order.
  const stopped = stopSignal(logger);
  if (runsAsRoot())
    logger.log('warn', 'service.as-root', {
      remedy: 'start it as a user of its own, or with --user NAME (config/systemd/menshen.service)',
    });
  for (const { id, source } of recordedCameras(config))
    logger.log('warn', 'camera.recorded', {
      camera: id,
      kind: source.kind,
      remedy: 'a live site needs a real camera: name it in cameras[].source, or set mode: demonstration',
    });
  const store = open({ config, randomness: systemRandomness, passphrase: readPassphrase });
  const ports = { clock: systemClock, timers: systemTimers, randomness: systemRandomness, logger };
  const terminal = new Terminal(config, store, ports, {
    withCameras: true,
    ...(configFile === undefined ? {} : { configFile }),
  });
  const unwatched = endOnUncaught(errorRegistry.internal.exitCode, (fault) => terminal.failed(fault));
  try {
    terminal.start();
    const listening = await listen(terminal.services);
    logger.log('info', 'service.listening', { url: listening.url, screen: listening.screenUrl, mode: config.mode });
    prepare?.(terminal, listening);
    terminal.ready();
    await stopped;
    await listening.close();
  } finally {
    // Also when the start failed: recognition must not keep a daemon alive that listens nowhere.
    await terminal.stop();
    unwatched();
  }
}

function stopSignal(logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        logger.log('info', 'service.stopping', { signal });
        resolve();
      });
    }
  });
}

async function serveDemonstration(port: string | undefined): Promise<void> {
  const fromFile = loadConfig(join(projectFolder, 'config', 'demonstration.yaml'));
  const config = port === undefined ? fromFile : { ...fromFile, http: { ...fromFile.http, port: Number(port) } };
  if (await daemonAnswers(config)) {
    throw new MenshenError('store-locked', 'The demonstration runs already. Use that one, or stop it first.');
  }
  // Throw-away: nobody's data outlives a demonstration.
  rmSync(config.store.folder, { recursive: true, force: true });
  if (config.store.key.kind === 'file') rmSync(config.store.key.path, { force: true });
  const prepare = (terminal: Terminal, { url }: Listening): void => {
    const { assessments, policy, apiKeys, pairing } = terminal.services;
    assessments.record(demonstrationAssessment, policy.assessmentScope());
    const operator = apiKeys.add({ role: 'operator', label: 'demonstration', days: 1 });
    const panel = apiKeys.add({ role: 'panel', label: 'demonstration', days: 1 });
    const screen = pairing?.open('demonstration').address;
    say(`
The demonstration site runs at ${url}
  camera: a recording of photographs in motion, which is itself a presentation attack; every record says "demonstration"
  store:  ${config.store.folder} (thrown away at the next start)
Keys of this run only:
  export OPERATOR=${operator.secret}
  export PANEL=${panel.secret}
The gate’s screen (opens once, within ten minutes; then \`node dist/main.js -c config/demonstration.yaml kiosk pair\`):
  ${screen ?? 'this site has none'}
Try:
  curl -s ${url}/v1/health
  npm run demo        (the whole story, in another terminal)
Stop with Ctrl-C.
`);
  };
  await serve(config, createStore, { prepare });
}
