import type { NoticeFields } from './fields.js';

/** The words of one language; another language is another file that fills this. */
export interface NoticeWording {
  readonly title: string;
  readonly optional: string;
  readonly alternatives: Readonly<Record<NoticeFields['alternatives'][number], string>>;
  readonly labels: Readonly<
    Record<
      | 'processor'
      | 'purpose'
      | 'method'
      | 'data'
      | 'retention'
      | 'storage'
      | 'necessity'
      | 'impact'
      | 'rights'
      | 'withdrawal'
      | 'minors'
      | 'accessibility'
      | 'complaints'
      | 'other',
      string
    >
  >;
  readonly methods: Readonly<Record<NoticeFields['method'], string>>;
  readonly dataTypes: Readonly<Record<string, string>>;
  readonly retention: (days: number, justification: string) => string;
  readonly storage: string;
  readonly withdrawal: string;
  readonly noMinors: string;
}
