import type { Mode, ReportLanguage, Status, Text } from '../finding.js';

/** Words of the report itself; what the rows say stands beside their ids. */
export const statusWords: Readonly<Record<Status, Text>> = {
  'not-met': { zh: '未满足', en: 'not met' },
  reminder: { zh: '提醒', en: 'reminder' },
  attested: { zh: '由人声明', en: 'attested' },
  met: { zh: '满足', en: 'met' },
  'not-applicable': { zh: '不适用', en: 'not applicable' },
};

export const modeWords: Readonly<Record<Mode, Text>> = {
  enforced: { zh: '由程序保证', en: 'enforced by code' },
  attested: { zh: '由人声明', en: 'attested by a person' },
  reminder: { zh: '提醒', en: 'reminder' },
};

export const reportWords = {
  title: { zh: '合规报告', en: 'Compliance report' },
  unconfirmed: { zh: '条文措辞未经核实', en: 'unconfirmed wording' },
  by: { zh: '声明人', en: 'declared by' },
  on: { zh: '日期', en: 'on' },
  whatToDo: { zh: '应做', en: 'What to do' },
  evidence: { zh: '证据', en: 'Evidence' },
  audit: { zh: '审计第', en: 'audit entry' },
  document: { zh: '文件', en: 'document' },
  receipt: { zh: '凭证', en: 'receipt' },
  see: { zh: '见', en: 'see' },
  filter: { zh: '按状态筛选', en: 'Filter by status' },
  everything: { zh: '全部', en: 'all' },
  statistics: { zh: '各种方式的步骤和时间（M10.2）', en: 'Acts and time of each way in (M10.2)' },
  method: { zh: '方式', en: 'way' },
  steps: { zh: '步骤', en: 'acts' },
  decisions: { zh: '决定', en: 'decisions' },
  grants: { zh: '放行', en: 'grants' },
  median: { zh: '中位时间', en: 'median' },
  ninetieth: { zh: '九成不超过', en: '90 % within' },
  notLaw: {
    zh: '义务以本产品自己的话概述，以法律原文为准；“由人声明”从不表示已核实。',
    en: 'Obligations are in this product’s own words, the law’s text decides; "attested" never means verified.',
  },
  follow: {
    zh: '审计条目 N 也可用 menshen audit list --after N-1 --limit 1 查看；链接需要审计员的密钥。',
    en: 'Audit entry N is also shown by menshen audit list --after N-1 --limit 1; the links take an auditor’s key.',
  },
  demonstration: {
    zh: '演示：只有活动的照片，没有真人；此报告不能用于任何实际场所。',
    en: 'Demonstration: photographs in motion, nobody real; this report says nothing about any other site.',
  },
  recorded: {
    zh: '注意：本场所为正式运行，却以录像或照片代替摄像头：录像里的人能开门，门前的人不会被看到。请接入真实摄像头（cameras[].source），或改为演示（mode: demonstration）。以录像代替的摄像头：',
    en: 'Attention: this site is live, and a recording or stills stand for a camera: whoever is in them opens the door, whoever stands there is not seen. Name the real camera (cameras[].source) or set mode: demonstration. Cameras that are recordings: ',
  },
} satisfies Record<string, Text>;

/** What must be read before any row: a report on a site that is not what a site is. */
export function warnings({ mode, recordedCameras, language }: Warned): string[] {
  return [
    ...(mode === 'demonstration' ? [word('demonstration', language)] : []),
    ...(recordedCameras === undefined ? [] : [`${word('recorded', language)}${recordedCameras.join(', ')}`]),
  ];
}

interface Warned {
  readonly mode: 'live' | 'demonstration';
  readonly recordedCameras?: readonly string[];
  readonly language: ReportLanguage;
}

export const word = (name: keyof typeof reportWords, language: ReportLanguage): string => reportWords[name][language];
