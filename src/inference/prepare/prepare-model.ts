import { MenshenError } from '../../core/index.js';
import { type ChannelRewrite, fitChannels } from './channels.js';
import { type FlushedTensor, flushDenormals } from './denormals.js';
import { Editor } from './editor.js';
import { type Graph, readGraph, writeGraph } from './graph.js';
import { type PReluRewrite, replacePRelus } from './prelu.js';

export type Rewrite = ChannelRewrite | PReluRewrite;

export interface PreparationReport {
  /** Why the model was left as it is; absent when it could be read. */
  readonly unchangedBecause?: string;
  readonly flushed: readonly FlushedTensor[];
  readonly rewrites: readonly Rewrite[];
}

/**
 * Makes an ONNX model that gives the same answers in less time: the same inputs and outputs, equal up to float rounding
 * while no activation exceeds 2^20.
 *
 * What it does not know it leaves alone; a file that it cannot read safely is given back as it is, with the reason.
 * Never throws for any bytes; deterministic.
 */
export function prepareModel(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly report: PreparationReport } {
  const read = readOrReason(bytes);
  if (typeof read === 'string') return { bytes, report: { unchangedBecause: read, flushed: [], rewrites: [] } };
  const { graph, flushed } = flushDenormals(read);
  const editor = new Editor(graph);
  const rewrites = [...fitChannels(editor), ...replacePRelus(editor)];
  if (flushed.length + rewrites.length === 0) return { bytes, report: { flushed, rewrites } };
  return { bytes: writeGraph(editor.finished()), report: { flushed, rewrites } };
}

function readOrReason(bytes: Uint8Array): Graph | string {
  try {
    return readGraph(bytes);
  } catch (thrown) {
    if (thrown instanceof MenshenError) return thrown.detail;
    throw thrown;
  }
}
