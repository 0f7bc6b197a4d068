/** What a pack of a site's own is refused for, each with the reason and what to do. */
import { execFileSync } from 'node:child_process';
import { rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadModelPack, type Models, openModels } from '#menshen/inference/index.js';
import { constantModel, type TinyPack, tinyPack, writtenPack } from '../support/tiny-pack.js';

const folders: string[] = [];
const opened: Models[] = [];
afterEach(async () => {
  for (const models of opened.splice(0)) await models.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function openChanged(change: (pack: TinyPack) => void, spoil?: (folder: string) => void): Promise<Models> {
  const pack = tinyPack();
  change(pack);
  const folder = writtenPack(pack);
  folders.push(folder);
  spoil?.(folder);
  const models = await openModels(await loadModelPack(folder));
  opened.push(models);
  return models;
}

const image = (side: number) => ({ name: 'input', dims: [1, 3, side, side] });
type Role = keyof TinyPack['files'];
const input = (pack: TinyPack, role: Role) => pack.files[role].entry.input as Record<string, unknown>;
const settings = (pack: TinyPack, role: Role) => pack.files[role].entry.settings as Record<string, unknown>;

describe('a pack of one’s own', () => {
  it('without a landmark model opens when its detector gives five points', async () => {
    const models = await openChanged(() => undefined);
    expect(models.roles).toEqual(['detection', 'pad', 'embedding']);
  });

  it('may leave the size of its input open', async () => {
    const models = await openChanged(({ files }) => {
      const [first] = files.embedding.model.inputs;
      files.embedding.model = {
        ...files.embedding.model,
        inputs: [{ name: first?.name ?? '', dims: ['n', 3, 'h', 'w'] }],
      };
    });
    expect(models.roles).toContain('embedding');
  });

  const refusals: readonly (readonly [string, (pack: TinyPack) => void, RegExp])[] = [
    [
      'an input of another shape',
      (pack) => Object.assign(input(pack, 'pad'), { shape: [1, 3, 96, 96] }),
      /declares input input of 1x3x96x96, the file has 1x3x80x80/,
    ],
    [
      'an input of another name',
      (pack) => Object.assign(input(pack, 'pad'), { name: 'data' }),
      /no such input \(but input\)/,
    ],
    [
      'an output that is not there',
      (pack) => Object.assign(pack.files.pad.entry, { outputs: { logits: 'prob' } }),
      /no output prob; the file has logits/,
    ],
    [
      'an output of another length',
      ({ files }) => {
        files.detection.model = constantModel(image(64), {
          ...Object.fromEntries(
            files.detection.model.outputs.map(({ name, dims }) => [name, new Array(Number(dims[1])).fill(0)]),
          ),
          kps_16: [1, 2, 3],
        });
      },
      /kps_16 has 3 values, the cells of this input need 160/,
    ],
    [
      'more dimensions than declared',
      (pack) => Object.assign(settings(pack, 'embedding'), { dimensions: 256 }),
      /vector has 128 values, the declared dimensions need 256/,
    ],
    [
      'too few dimensions',
      (pack) => Object.assign(settings(pack, 'embedding'), { dimensions: 64 }),
      /dimensions must be >= 128/,
    ],
    [
      'too many dimensions',
      (pack) => Object.assign(settings(pack, 'embedding'), { dimensions: 2048 }),
      /dimensions must be <= 1024/,
    ],
    [
      'a bona fide index beyond the logits',
      (pack) => Object.assign(settings(pack, 'pad'), { bonaFideIndex: 3 }),
      /has 3 logits, bonaFideIndex is 3/,
    ],
    [
      'an operator that the runtime does not know',
      ({ files }) => {
        files.pad.model = { ...files.pad.model, nodes: [{ op: 'Frobnicate', inputs: ['input'], outputs: ['logits'] }] };
      },
      /does not know the operator Frobnicate/,
    ],
    [
      'operators of a domain of one’s own',
      ({ files }) => {
        files.pad.model = {
          ...files.pad.model,
          domains: ['my.ops'],
          nodes: [{ op: 'Foo', domain: 'my.ops', inputs: ['input'], outputs: ['logits'] }],
        };
      },
      /domain "my\.ops" \(Foo\).*export the model without them/,
    ],
    [
      'tensors in another file',
      ({ files }) => {
        files.pad.model = {
          ...files.pad.model,
          tensors: [{ name: 'zero', dims: [1], values: [0], externalFile: '../../etc/passwd' }],
        };
      },
      /external data.*Save the model as one file/,
    ],
    [
      'a second input',
      ({ files }) => {
        files.pad.model = { ...files.pad.model, inputs: [image(80), { name: 'extra', dims: [1] }] };
      },
      /second input, extra/,
    ],
    [
      'outputs that are no 32-bit floats',
      ({ files }) => {
        const { model } = files.pad;
        files.pad.model = {
          ...model,
          nodes: [
            ...model.nodes.slice(0, -1),
            { op: 'Add', inputs: ['logits-values', 'sum'], outputs: ['floats'] },
            { op: 'Cast', inputs: ['floats'], outputs: ['logits'], attributes: { to: 7 } },
          ],
          outputs: [{ name: 'logits', dims: [1, 3], type: 7 }],
        };
      },
      /other than 32-bit floats/,
    ],
    [
      'a file that is no model',
      ({ files }) => {
        files.pad.bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);
      },
      /pad\.onnx: the file .*(no ONNX|holds no)/,
    ],
    [
      'an empty file',
      ({ files }) => {
        files.pad.bytes = new Uint8Array(0);
      },
      /holds no ONNX graph/,
    ],
    ['no licence of the pack', ({ manifest }) => delete manifest.licence, /licence/],
    ['no licence of a file', ({ files }) => delete files.pad.entry.licence, /licence/],
    ['no source', ({ manifest }) => delete manifest.source, /source/],
    [
      'a source of an unknown kind',
      ({ manifest }) => Object.assign(manifest, { source: { kind: 'http', origin: 'x' } }),
      /source/,
    ],
    [
      'an npm source that does not say where the file is',
      ({ manifest }) =>
        Object.assign(manifest, { source: { kind: 'npm', package: 'p', version: '1', integrity: 'sha512-x' } }),
      /sourcePath/,
    ],
    [
      'an embedder of another size',
      (pack) => Object.assign(input(pack, 'embedding'), { shape: [1, 3, 128, 128] }),
      /112 x 112/,
    ],
    ['a mean of two numbers', (pack) => Object.assign(input(pack, 'embedding'), { mean: [1, 2] }), /mean/],
    [
      'a detector input that its strides do not divide',
      (pack) => Object.assign(input(pack, 'detection'), { shape: [1, 3, 60, 60] }),
      /multiples of 32/,
    ],
    ['a detector it cannot read', (pack) => Object.assign(pack.files.detection.entry, { decoder: 'mtcnn' }), /decoder/],
    [
      'a detector without points and no landmark model',
      (pack) =>
        Object.assign(pack.files.detection.entry, {
          decoder: 'scrfd',
          outputs: { scores: ['a', 'b', 'c'], boxes: ['d', 'e', 'f'] },
        }),
      /landmarks is declared 0 times.*five points/,
    ],
    [
      'SCRFD outputs in an order that it has not',
      (pack) => Object.assign(pack.files.detection.entry, { decoder: 'scrfd', outputs: 'in-order' }),
      /12 outputs; in order there are six or nine/,
    ],
    ['two entries for one file', (pack) => Object.assign(pack.files.pad.entry, { file: 'embed.onnx' }), /same file/],
    ['a version that is a path', ({ manifest }) => Object.assign(manifest, { version: '../1' }), /version/],
    [
      'two tables of one kind',
      ({ manifest }) =>
        Object.assign(manifest, { thresholds: [...(manifest.thresholds as []), ...(manifest.thresholds as [])] }),
      /two tables/,
    ],
    ['a forbidden role', (pack) => Object.assign(pack.files.pad.entry, { role: 'ethnicity' }), /refuses to do/],
  ];

  it.each(refusals)('is refused for %s', async (_, change, reason) => {
    const refusal = openChanged(change);
    await expect(refusal).rejects.toMatchObject({ code: 'model-pack-invalid' });
    await expect(refusal).rejects.toThrow(reason);
  });

  it.each(['religion', 'nationality', 'skin-tone', 'political-belief', 'disability', 'race', 'expression'])(
    'is refused for the role %s',
    async (role) => {
      const refusal = openChanged((pack) => Object.assign(pack.files.pad.entry, { role }));
      await expect(refusal).rejects.toThrow(/refuses to do/);
    },
  );

  it('is refused for a file that is too large, before it is read', async () => {
    const refusal = openChanged(
      () => undefined,
      (folder) => truncateSync(join(folder, 'embed.onnx'), 513 * 1024 * 1024),
    );
    await expect(refusal).rejects.toThrow(/embed\.onnx has 537919488 bytes/);
  });

  it.skipIf(process.platform === 'win32')(
    'is refused for a pipe in a file’s place, and does not wait for it',
    async () => {
      const refusal = openChanged(
        () => undefined,
        (folder) => {
          rmSync(join(folder, 'pad.onnx'));
          execFileSync('mkfifo', [join(folder, 'pad.onnx')]);
        },
      );
      await expect(refusal).rejects.toThrow(/pad\.onnx is no file/);
    },
  );
});
