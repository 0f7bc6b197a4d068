/** What the fake service answers: one site, its people and results; typed by the contract. */
import type {
  ComplaintReceipt,
  EnrolmentProgress,
  NewComplaint,
  OwnData,
  OwnDataLink,
  ReceiptView,
  ScreenVerification,
  ScreenVerificationRequest,
  SiteView,
  VisitView,
} from '../../src/http/kiosk/contract.js';

export type Answer = { readonly status: number; readonly body?: unknown };

export const problem = (status: number, code: string): Answer => ({ status, body: { status, code, title: code } });

export const progress = (change: Partial<EnrolmentProgress>): EnrolmentProgress => ({
  state: 'running',
  frames: 0,
  wanted: 5,
  ...change,
});

export const decided = (
  decision: 'grant' | 'deny' | 'use-alternative',
  method: string,
  reason: string,
): Partial<ScreenVerification> => ({ state: 'decided', result: { decision, method, reason } });

export function cardResult(cardNumber: string): Partial<ScreenVerification> {
  return cardNumber === '10001'
    ? decided('grant', 'card', 'card-accepted')
    : decided('deny', 'card', 'credential-rejected');
}

export function pinResult(pin: string): Partial<ScreenVerification> {
  return pin === '135790' ? decided('grant', 'pin', 'pin-accepted') : decided('deny', 'pin', 'credential-rejected');
}

export function acceptCards({ method, claim }: ScreenVerificationRequest): Partial<ScreenVerification> {
  if (method === 'face') return { face: 'in-progress', guide: { code: 'look-at-the-camera', zone, progress: 0 } };
  if (claim === undefined) return {};
  return 'cardNumber' in claim ? cardResult(claim.cardNumber) : pinResult(claim.pin);
}

export const zone = [
  { x: 0.25, y: 0.05 },
  { x: 0.75, y: 0.05 },
  { x: 0.75, y: 0.95 },
  { x: 0.25, y: 0.95 },
];

export const person: VisitView['person'] = {
  ageBand: 'adult',
  guardianNeeded: false,
  consent: 'none',
  faceEnrolled: false,
  hasPin: true,
  cards: 1,
};

export const demonstrationSite: SiteView = {
  deviceId: 'gate-1',
  mode: 'live',
  version: '0.1.0',
  doorId: 'main',
  siteName: '云杉科技园 · 东门',
  processor: { name: '云杉科技园管理有限公司', contact: '010-5550 0100' },
  words: {
    zh: { purpose: '员工与访客进出东门', accessibilityHelp: '需要帮助请按“呼叫人员”，工作人员会到闸机前协助。' },
    en: {
      purpose: 'Staff and visitors passing the east gate',
      accessibilityHelp: 'Press “Call staff”; somebody comes.',
    },
  },
  languages: [
    { tag: 'zh', name: '中文' },
    { tag: 'en', name: 'English' },
  ],
  defaultLanguage: 'zh',
  methods: [
    { method: 'card', works: true },
    { method: 'pin', works: true },
    { method: 'face', works: true },
  ],
  cardNeedsPin: false,
  faceMethod: '1:N',
  faceNeedsCardOrPin: false,
  minPinDigits: 6,
  noticeVersion: 3,
  noticeHash: 'a'.repeat(64),
  complaintContacts: ['物业服务中心 010-5550 0123', '12345'],
  maxConsentDays: 365,
  minorsEnrolled: true,
};

export const notices = {
  zh: {
    title: '人脸验证告知书',
    optional: {
      statement: '是否使用人脸由您自愿选择。您可以随时在同一通道改用：',
      alternatives: ['门禁卡', '人员编号加密码'],
    },
    sections: [
      { heading: '个人信息处理者', text: '云杉科技园管理有限公司，联系电话 010-5550 0100。' },
      { heading: '处理目的', text: '员工与访客进出东门。' },
      { heading: '处理方式', text: '由您本人主动发起，随后将您的人脸与所有已同意人员的模板比对。' },
      { heading: '保存期限', text: '最长365天，到期自动删除。' },
      { heading: '保存地点', text: '加密保存在本设备内，不通过互联网传输。' },
      { heading: '处理的必要性', text: '便于双手不便的人员通行。' },
      { heading: '对个人权益的影响', text: '比对出错时可能需要改用其他方式。' },
      { heading: '您的权利', text: '您可以随时在此屏幕上查看、复制、撤回与投诉。' },
      { heading: '撤回同意', text: '在此屏幕上即可撤回，模板立即销毁，并出具回执。' },
      { heading: '未满十四周岁的未成年人', text: '由父母或其他监护人决定。' },
    ],
  },
  en: {
    title: 'Notice on face verification',
    optional: {
      statement: 'Using your face is optional. You may use these instead:',
      alternatives: ['your card', 'your person number with a PIN'],
    },
    sections: [
      { heading: 'Who answers for it', text: 'Spruce Park Management, telephone 010-5550 0100.' },
      { heading: 'Purpose', text: 'Staff and visitors passing the east gate.' },
      {
        heading: 'How it works',
        text: 'You start it yourself; your face is then compared with the templates of all people who consented.',
      },
      { heading: 'How long it is kept', text: 'At most 365 days, then erased automatically.' },
      { heading: 'Where it is kept', text: 'Encrypted, in this device only. Nothing is sent over the Internet.' },
      { heading: 'Why it is necessary', text: 'For people who have no hand free.' },
      { heading: 'What it means for you', text: 'A wrong comparison may mean that you use another way.' },
      { heading: 'Your rights', text: 'On this screen you can see, copy, withdraw and complain at any time.' },
      {
        heading: 'Withdrawing consent',
        text: 'On this screen; the template is destroyed at once and you get a receipt.',
      },
      { heading: 'People under 14', text: 'A parent or guardian decides.' },
    ],
  },
} as const;

export const withdrawalReceipt: ReceiptView = {
  receiptId: 'w-20310904-01',
  kind: 'withdrawal',
  at: '2031-09-04T08:30:00Z',
  lines: [
    { label: 'What was destroyed', text: 'Face template, its key' },
    { label: 'What goes on', text: 'Card, PIN' },
  ],
  signed: '{"payload":{"receiptId":"w-20310904-01"},"keyId":"k1","signature":"c2lnbmF0dXJl"}',
};

export const ownData: OwnData = {
  madeAt: '2031-09-04T08:30:00Z',
  sections: [
    { heading: 'Person', rows: [{ label: 'Person number', text: '2042' }] },
    {
      heading: 'Consents',
      rows: [
        { label: 'Given', text: '2031-01-04' },
        { label: 'Until', text: '2032-01-04' },
      ],
    },
  ],
};

export function complaintReceipt(_: NewComplaint): ComplaintReceipt {
  return { complaintId: 'c-1', at: new Date().toISOString(), reference: 'C-4821' };
}

export const ownDataLink: OwnDataLink = {
  url: 'https://10.0.0.5:8460/v1/own-data/token',
  expiresAt: '2026-01-02T08:05:00Z',
  code: ['0000', '0110', '0100', '0000'],
};
