import type { NoticeWording } from '../wording.js';

export const en: NoticeWording = {
  title: 'Notice on face verification',
  optional: 'Using your face is optional. You may use these instead, at the same gate, at any time:',
  alternatives: { pin: 'your person number with a PIN', card: 'your card', 'card+pin': 'your card with a PIN' },
  labels: {
    processor: 'Who answers for it',
    purpose: 'Purpose',
    method: 'How it works',
    data: 'What is processed',
    retention: 'How long it is kept',
    storage: 'Where it is kept',
    necessity: 'Why it is necessary',
    impact: 'What it means for you',
    rights: 'Your rights',
    withdrawal: 'Withdrawing consent',
    minors: 'People under 14',
    accessibility: 'Help',
    complaints: 'Complaints',
    other: 'Other legal matters',
  },
  methods: {
    '1:1': 'You present a card or your person number first; your face is then compared with your own template only.',
    '1:N': 'You start it yourself; your face is then compared with the templates of all people who consented.',
  },
  dataTypes: {
    'face-template': 'a face template (numbers computed from your face; no picture is kept)',
    'person-number': 'your person number',
    pin: 'a one-way hash of your PIN',
    'card-number': 'your card number, encrypted',
  },
  retention: (days, why) => `At most ${days} days, then erased automatically. ${why}`,
  storage: 'Encrypted, in this device only. Nothing is sent over the Internet.',
  withdrawal:
    'Ask an operator at any time and prove who you are; your template is destroyed at once, you get a receipt, and your card and PIN go on working. What happened before stays lawful.',
  noMinors: 'Nobody under 14 is enrolled here.',
};
