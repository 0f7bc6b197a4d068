/**
 * One evaluation worker: opens the models and looks at pictures and recordings with the product's own code, one task at
 * a time. A process of its own, like recognition: it ends with the one that started it.
 */
import { disableCoreDumps } from '../../addon/index.js';
import { asMenshenError, MenshenError } from '../../core/index.js';
import { beginKeyAgreement, type KeyAgreement, unseal } from '../../crypto/index.js';
import { loadModelPack, type Models, openModels } from '../../inference/index.js';
import { peakResidentMiB } from '../../platform/index.js';
import { loadSeeing, type SeeingTools } from '../../vision/index.js';
import { lookAtPicture } from './look-at-picture.js';
import { lookAtPresentation } from './look-at-presentation.js';
import type { FromWorker, Task, TaskResult, ToWorker } from './protocol.js';

interface Opened {
  readonly models: Models;
  readonly tools: SeeingTools;
  readonly agreed: Uint8Array;
  readonly ffmpegPath?: string;
}

let opened: Opened | undefined;
let runKey: Uint8Array | undefined;

disableCoreDumps();
process.on('disconnect', () => process.exit(0));
// A Ctrl-C reaches the whole group; the parent ends its workers itself.
process.on('SIGINT', () => undefined);
process.on('message', (message: ToWorker) => {
  handle(message).catch((thrown: unknown) => {
    const { code, detail } = asMenshenError(thrown);
    console.error(thrown);
    send({ type: 'failed', code, detail });
  });
});

async function handle(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'open': {
      const agreement = beginKeyAgreement();
      opened = await open(message, agreement);
      return send({ type: 'opened', publicKey: agreement.publicKey });
    }
    case 'key':
      runKey = unseal(ready().agreed, message.sealed, 'menshen:evaluation:key');
      return;
    case 'task':
      return send({ type: 'done', result: await work(message.task), peakMiB: peakResidentMiB() });
  }
}

async function open(message: Extract<ToWorker, { type: 'open' }>, agreement: KeyAgreement): Promise<Opened> {
  const models = await openModels(await loadModelPack(message.packFolder), { threads: 1 });
  await models.scrub();
  const { ffmpegPath } = message;
  const agreed = agreement.agree(message.publicKey);
  const { createSeeingTools } = await loadSeeing();
  return { models, tools: createSeeingTools(models), agreed, ...(ffmpegPath === undefined ? {} : { ffmpegPath }) };
}

function work(task: Task): Promise<TaskResult> {
  const { models, tools, ffmpegPath } = ready();
  const { qualityLimits: limits, padThresholds } = models.pack.manifest;
  if (runKey === undefined) throw new MenshenError('internal', 'a task came before the key');
  return task.kind === 'picture'
    ? lookAtPicture(task, { tools, limits, key: runKey })
    : lookAtPresentation(task, { tools, limits, framesPerSecond: padThresholds.framesPerSecond, ffmpegPath });
}

function ready(): Opened {
  if (opened === undefined) throw new MenshenError('internal', 'the models are not open yet');
  return opened;
}

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}
