/** The vectors that native code is written for. */
export type KernelName = 'avx512' | 'avx2' | 'neon' | 'plain';

export type Implementation = `native-${KernelName}` | 'typescript';
