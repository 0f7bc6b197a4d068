import type { NoticeWording } from '../wording.js';

export const zh: NoticeWording = {
  title: '人脸验证告知书',
  optional: '是否使用人脸由您自愿选择。您可以随时在同一通道使用以下方式代替：',
  alternatives: { pin: '人员编号加密码', card: '门禁卡', 'card+pin': '门禁卡加密码' },
  labels: {
    processor: '个人信息处理者',
    purpose: '处理目的',
    method: '处理方式',
    data: '处理的信息种类',
    retention: '保存期限',
    storage: '保存地点',
    necessity: '处理的必要性',
    impact: '对个人权益的影响',
    rights: '您的权利',
    withdrawal: '撤回同意',
    minors: '未满十四周岁的未成年人',
    accessibility: '无障碍帮助',
    complaints: '投诉渠道',
    other: '其他法定事项',
  },
  methods: {
    '1:1': '您先刷卡或输入人员编号，随后仅将您的人脸与您本人的模板比对。',
    '1:N': '由您本人主动发起，随后将您的人脸与所有已同意人员的模板比对。',
  },
  dataTypes: {
    'face-template': '人脸模板（由人脸计算得出的数值，不保存图像）',
    'person-number': '人员编号',
    pin: '密码的单向散列值',
    'card-number': '加密保存的卡号',
  },
  retention: (days, why) => `最长${days}天，到期自动删除。${why}`,
  storage: '加密保存在本设备内，不通过互联网传输。',
  withdrawal:
    '您可随时向工作人员提出并验证身份；您的模板将立即销毁，您会收到回执，门禁卡和密码继续有效。撤回前的处理不受影响。',
  noMinors: '本处不为未满十四周岁的人员登记人脸。',
};
