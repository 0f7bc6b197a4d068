import { all, judge, notApplicable, notMet, reminder, say, shows } from '../../finding.js';
import { attested, enforced, needing, noScreen, type Obligation, reminding } from '../../obligation.js';
import { draft } from '../clauses.js';
import { anotherWay, declared, newest } from '../evidence.js';

/** Routes whose address speaks of pictures, templates or lists of faces. */
const disclosing = /(picture|photo|image|frame|template(?!-renewal)|embedding|gallery|faces|watchlist|export)/i;

/** How people are treated. */
export const people: readonly Obligation[] = [
  {
    id: 'D4',
    clause: draft(4),
    obligation: say('优先采用非生物特征识别方案。', 'Prefer means that are not biometric.'),
    parts: [
      enforced(
        ({ screen }) =>
          needing(screen, noScreen, ({ methods }) =>
            judge(
              methods.length > 0 && methods[0] !== 'face',
              shows(
                `首屏上的第一种方式：${methods[0] ?? '无'}`,
                `first way on the first screen: ${methods[0] ?? 'none'}`,
              ),
            ),
          ),
        '启用 PIN 或刷卡，使首屏的默认方式不是人脸。',
        'Enable PIN or card, so that the default on the first screen is not the face.',
      ),
    ],
  },
  {
    id: 'D5',
    clause: draft(5),
    obligation: say('依法取得单独同意或者书面同意。', 'Consent, or written consent where law asks for it.'),
    parts: [
      enforced(
        ({ people: { consentsNotWritten, looked }, writtenConsentRequired }) =>
          judge(
            !writtenConsentRequired || consentsNotWritten === 0,
            shows(
              `要求书面形式：${writtenConsentRequired ? '是' : '否'}；查看 ${looked} 人，非书面同意 ${consentsNotWritten}`,
              `written form asked for: ${writtenConsentRequired ? 'yes' : 'no'}; ${looked} people looked at, consents not in writing ${consentsNotWritten}`,
            ),
          ),
        '以书面形式重新取得同意。',
        'Take those consents again, in writing.',
      ),
    ],
  },
  {
    id: 'D7',
    clause: draft(7),
    obligation: say(
      '公共场所收集的图像和身份信息只用于公共安全并保密；公共场所须备案。',
      'In public places: for public safety only, confidential; filing.',
    ),
    parts: [
      enforced(
        (facts) => {
          const found = facts.interface.routes.filter(({ url }) => disclosing.test(url));
          return judge(
            found.length === 0 && facts.notice.fields.purposeCode === facts.site.purpose.code,
            shows(
              `会披露图像或身份的调用：${found.map(({ url }) => url).join('，') || '无'}`,
              `calls that would disclose pictures or identities: ${found.map(({ url }) => url).join(', ') || 'none'}`,
              { route: '/openapi.json' },
            ),
            newest(facts, 'purpose.refused', '因目的不同而拒绝', 'refused for another purpose'),
          );
        },
        '删除该调用。',
        'Remove that call.',
      ),
      reminding(
        ({ site }) =>
          site.access === 'public'
            ? reminder(
                shows(
                  '征求意见稿的公共场所备案义务未写入正式文本',
                  'the draft’s duty to file public places is not in the final text',
                ),
              )
            : notApplicable(shows('内部场所', 'not open to the public')),
        '无需办理；如主管部门另有要求，从其要求。',
        'Nothing, unless the authority asks for it.',
      ),
    ],
  },
  {
    id: 'D8',
    clause: draft(8),
    obligation: say('防止非法查看、复制、公开、对外提供。', 'Prevent illicit viewing, copying and disclosure.'),
    parts: [
      enforced(
        ({ interface: { routes, pictureFiles }, audit }) => {
          const found = routes.filter(({ url }) => disclosing.test(url));
          return judge(
            found.length === 0 && pictureFiles.length === 0 && audit.templateSized === 0,
            shows(
              `图库或批量导出的调用：${found.map(({ url }) => url).join('，') || '无'}；图像文件：${pictureFiles.length}`,
              `calls with a gallery or a bulk export: ${found.map(({ url }) => url).join(', ') || 'none'}; picture files: ${pictureFiles.length}`,
              { route: '/openapi.json' },
            ),
          );
        },
        '删除该调用或文件。',
        'Remove that call or file.',
      ),
    ],
  },
  {
    id: 'D9',
    clause: draft(9),
    obligation: say(
      '个人主动配合，验证时有明确的目的提示。',
      'Active participation, with a clear prompt of the purpose.',
    ),
    parts: [
      enforced(
        ({ audit: { decisions } }) =>
          judge(
            decisions.faceWithoutAct === 0,
            shows(
              `没有本人动作的人脸决定：${decisions.faceWithoutAct}`,
              `face decisions without the person’s own act: ${decisions.faceWithoutAct}`,
              { route: '/v1/events' },
            ),
          ),
        '查明哪一调用方没有传送动作。',
        'Find out which caller sent no act.',
      ),
      enforced(
        (facts) =>
          needing(facts.screen, noScreen, () => {
            const { faceDecisions, facePrompted } = facts.audit.decisions;
            return judge(
              faceDecisions === 0 || facePrompted > 0,
              shows(
                `人脸决定 ${faceDecisions} 个，其中由屏幕提示开始 ${facePrompted} 个；其余由控制器开始，由屏幕显示`,
                `face decisions: ${faceDecisions}, of them begun with a prompt at the screen: ${facePrompted}; panels began the others, and the screen shows those`,
              ),
              newest(facts, 'prompt.shown', '提示记录', 'prompts on record'),
            );
          }),
        '连接门旁屏幕，使每次验证都有提示。',
        'Connect the gate’s screen, so that each verification is prompted.',
      ),
    ],
  },
  {
    id: 'D12',
    clause: draft(12),
    obligation: say(
      '涉及社会救助、不动产处分等重大利益的，人脸只作辅助手段。',
      'Where major interests are at stake, the face is only auxiliary.',
    ),
    parts: [
      attested(
        (facts) => {
          const { majorInterests } = facts.site;
          if (majorInterests === undefined)
            return notMet(shows('没有声明是否涉及', 'nobody declared whether they are'));
          return declared(
            facts,
            'majorInterests',
            `${majorInterests.involved ? '涉及' : '不涉及'}：${majorInterests.statement}`,
            `${majorInterests.involved ? 'involved' : 'not involved'}: ${majorInterests.statement}`,
          );
        },
        '在 site.majorInterests 中声明。',
        'Declare it in site.majorInterests.',
      ),
      enforced(
        ({ reviews, site, audit: { decisions } }) => {
          if (site.majorInterests?.involved !== true)
            return notApplicable(shows('按声明不涉及', 'not involved, as far as declared'));
          return judge(
            reviews.required && decisions.finalFaceGrants === 0,
            shows(
              `等待工作人员 ${reviews.waiting}，已由工作人员决定 ${reviews.decided}，仅凭人脸放行 ${decisions.finalFaceGrants}`,
              `waiting for staff ${reviews.waiting}, decided by staff ${reviews.decided}, granted by face alone ${decisions.finalFaceGrants}`,
              { route: '/v1/reviews' },
            ),
          );
        },
        '查明为何仅凭人脸放行。',
        'Find out why a face alone was enough.',
      ),
    ],
  },
  {
    id: 'D14',
    clause: draft(14),
    obligation: say('物业不得将人脸作为出入的唯一方式。', 'Property managers: never the only way into a building.'),
    parts: [
      enforced(
        (facts) => all(anotherWay(facts)),
        '启用 PIN 或刷卡并排除故障；此前人脸方式关闭。',
        'Enable PIN or card and remove the fault; the face stays off until then.',
      ),
    ],
  },
  {
    id: 'D18',
    clause: draft(18),
    obligation: say('避免采集无关人员，采集的及时删除。', 'Avoid bystanders; what was taken of them goes at once.'),
    parts: [
      enforced(
        ({ face, people: { templatesWithoutConsent }, audit: { decisions }, interface: { pictureFiles } }) =>
          judge(
            templatesWithoutConsent === 0 &&
              pictureFiles.length === 0 &&
              face.cameras.every(({ zoneShare }) => zoneShare > 0),
            shows(
              `区域外被丢弃的旁人：${decisions.bystandersDropped}；没有同意的模板 ${templatesWithoutConsent}`,
              `bystanders dropped outside the zone: ${decisions.bystandersDropped}; templates without a consent ${templatesWithoutConsent}`,
            ),
          ),
        '调整采集区域；删除没有同意的模板。',
        'Draw the capture zone anew; erase templates without a consent.',
      ),
    ],
  },
];
