/** Pieces that the configuration's schemas share. */
import { Type } from '#typebox';

export const closed = { additionalProperties: false } as const;
export const text = (description: string) => Type.String({ pattern: '\\S', maxLength: 4000, description });
export const id = (description: string) => Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description });
export const date = (description: string) => Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description });
