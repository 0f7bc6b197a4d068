import { isThin } from '../../../config/index.js';
import { assertNever } from '../../../core/index.js';
import type { ComplianceFacts } from '../../facts.js';
import { attestedFinding, type Finding, judge, met, notApplicable, notMet, say, shows } from '../../finding.js';
import { attested, enforced, needing, noScreen, type Obligation } from '../../obligation.js';
import { measures } from '../clauses.js';
import { declared, newest, noticeInForce, routesThere } from '../evidence.js';

/** Telling people before processing. */
export const notice: readonly Obligation[] = [
  {
    id: 'M5.0',
    clause: measures(5),
    obligation: say(
      '处理前以显著方式、清晰易懂的语言，真实、准确、完整地告知。',
      'Before processing, people are told prominently, clearly, truthfully and completely.',
    ),
    parts: [
      enforced(
        (facts) => told(facts),
        '在终端屏幕上显示告知书，或张贴后在 site.signPosted 中声明。',
        'Show the notice on the terminal’s screen, or post it and declare that in site.signPosted.',
      ),
      attested(
        (facts) => {
          const { announcement, site } = facts;
          if (site.signPosted === undefined || announcement.how === 'displayed')
            return notApplicable(shows('无需张贴声明', 'no declaration of posting is needed'));
          if (announcement.how !== 'posted')
            return notMet(
              shows(
                `张贴声明不再有效：${announcement.detail ?? ''}`,
                `the declaration of posting does not hold: ${announcement.detail ?? ''}`,
              ),
            );
          return declared(facts, 'signPosted', site.signPosted.statement, site.signPosted.statement);
        },
        '张贴告知书，由看到的人在 site.signPosted 中声明。',
        'Post the notice; whoever saw it hang declares it in site.signPosted.',
      ),
    ],
  },
  {
    id: 'M5.1',
    clause: measures(5, '（一）', ' (1)'),
    obligation: say('告知处理者的名称和联系方式。', 'The notice gives name and contact of the processor.'),
    parts: [
      enforced(
        ({ notice: { fields, hash } }) =>
          judge(
            fields.processorName.trim() !== '' && fields.contact.trim() !== '',
            shows(`${fields.processorName}，${fields.contact}`, `${fields.processorName}, ${fields.contact}`, {
              documentHash: hash,
            }),
          ),
        '填写 site.processor.name 和 site.processor.contact。',
        'Fill in site.processor.name and site.processor.contact.',
      ),
    ],
  },
  {
    id: 'M5.2',
    clause: measures(5, '（二）', ' (2)'),
    obligation: say('告知处理目的、方式和保存期限。', 'The notice states purpose, method and retention period.'),
    parts: [
      enforced(
        (facts) => {
          const { hash, hashOfConfiguration, fields } = facts.notice;
          const kept = fields.retentionDays === facts.keeping.maxDays && fields.method === facts.face.method;
          return judge(
            hash === hashOfConfiguration && kept,
            noticeInForce(facts),
            shows(
              `告知书由运行配置生成：${hash === hashOfConfiguration ? '两者一致' : '两者不一致'}；${fields.method}，${fields.retentionDays} 天`,
              `it is made from the running configuration: ${hash === hashOfConfiguration ? 'both are the same' : 'they differ'}; ${fields.method}, ${fields.retentionDays} days`,
            ),
          );
        },
        '重新启动服务，使告知书重新由配置生成。',
        'Restart the service, so that the notice is made from the configuration again.',
      ),
    ],
  },
  {
    id: 'M5.3',
    clause: measures(5, '（三）', ' (3)'),
    obligation: say('告知必要性和对个人权益的影响。', 'The notice states necessity and impact on the person’s rights.'),
    parts: [
      enforced(
        ({ notice: { fields, hash } }) =>
          judge(
            !isThin(fields.necessity) && fields.impactOnRights.trim() !== '',
            shows(`必要性：${fields.necessity}`, `necessity: ${fields.necessity}`, { documentHash: hash }),
            shows(`影响：${fields.impactOnRights}`, `impact: ${fields.impactOnRights}`),
          ),
        '填写 site.necessity 和 site.impactOnRights。',
        'Fill in site.necessity and site.impactOnRights.',
      ),
    ],
  },
  {
    id: 'M5.4',
    clause: measures(5, '（四）', ' (4)'),
    obligation: say('告知行使权利的方式和程序。', 'The notice says how to exercise rights; the ways work.'),
    parts: [
      enforced(
        (facts) => {
          const { rightsRoutes } = facts.notice.fields;
          const there = routesThere(facts, [
            ['GET', '/v1/subjects/:id'],
            ['POST', '/v1/subjects/:id/withdrawal'],
            ['DELETE', '/v1/subjects/:id'],
          ]);
          return judge(
            rightsRoutes.length > 0 && there.status === 'met',
            shows(`告知书所列：${rightsRoutes.join('；')}`, `as the notice lists them: ${rightsRoutes.join('; ')}`, {
              documentHash: facts.notice.hash,
            }),
            ...there.evidence,
          );
        },
        '在 site.rightsRoutes 中列出方式，并确认接口可用。',
        'List the ways in site.rightsRoutes and see that the routes are there.',
      ),
    ],
  },
  {
    id: 'M5.5',
    clause: measures(5, '（五）', ' (5)'),
    obligation: say('告知法律、行政法规规定的其他事项。', 'The notice states other matters that laws require.'),
    parts: [
      attested(
        ({ notice: { fields, version, effectiveAt, hash } }) =>
          fields.otherLegalMatters.trim() === ''
            ? notMet(shows('未说明', 'nothing is stated'))
            : attestedFinding(
                fields.processorName,
                effectiveAt.slice(0, 10),
                shows(
                  `告知书第 ${version} 版所载：${fields.otherLegalMatters}`,
                  `as stated in notice version ${version}: ${fields.otherLegalMatters}`,
                  { documentHash: hash },
                ),
              ),
        '在 site.otherLegalMatters 中说明，或明确写“无”。',
        'State them in site.otherLegalMatters, or say "none".',
      ),
    ],
  },
  {
    id: 'M5.6',
    clause: measures(5),
    obligation: say('告知事项变更的，将变更部分告知个人。', 'People are told of changes.'),
    parts: [
      enforced(
        (facts) =>
          judge(
            facts.people.suspendedButUsable === 0,
            newest(facts, 'notice.changed', '告知书变更', 'changes of the notice'),
            newest(facts, 'notice.shown', '再次告知', 'shown again to a person'),
            shows(
              `尚未看到现行告知书、人脸方式暂停的人：${facts.people.suspended}；其中仍可使用人脸：${facts.people.suspendedButUsable}`,
              `people who have not seen the current notice, face suspended: ${facts.people.suspended}; of them usable all the same: ${facts.people.suspendedButUsable}`,
            ),
          ),
        '停用人脸方式并查明原因；联系支持人员。',
        'Switch the face off and find out why; this is a fault of the product.',
      ),
    ],
  },
  {
    id: 'M5.7',
    clause: measures(5),
    obligation: say(
      '为残疾人、老年人提供便利：语音、大字、对比度、不强制超时、呼叫工作人员。',
      'Accessibility for disabled and elderly people: voice, large text, contrast, no forced time-out, call for staff.',
    ),
    parts: [
      enforced(
        (facts) =>
          needing(facts.screen, noScreen, ({ languages }) => {
            const calls = routesThere(facts, [
              ['POST', '/kiosk/api/staff-calls'],
              ['POST', '/kiosk/api/visits/:id/extension'],
            ]);
            return judge(
              calls.status === 'met' && languages.length > 0 && facts.notice.fields.accessibilityHelp.trim() !== '',
              ...calls.evidence,
              shows(`屏幕语言：${languages.join('，')}`, `languages of the screen: ${languages.join(', ')}`),
              shows(`帮助：${facts.notice.fields.accessibilityHelp}`, `help: ${facts.notice.fields.accessibilityHelp}`),
            );
          }),
        '连接门旁屏幕，并在 site.accessibilityHelp 中写明帮助方式。',
        'Connect the gate’s screen and state the help in site.accessibilityHelp.',
      ),
    ],
  },
];

/** The camera is closed until people were told; how they were, as far as the device itself knows. */
function told(facts: ComplianceFacts): Finding {
  const { how, at, language, detail } = facts.announcement;
  const version = noticeInForce(facts);
  switch (how) {
    case 'displayed':
      return met(
        version,
        shows(
          `已在屏幕上显示（${language ?? ''}），${at ?? ''}`,
          `shown on the terminal’s screen (${language ?? ''}), ${at ?? ''}`,
        ),
        newest(facts, 'notice.displayed', '显示记录', 'records of it'),
      );
    case 'posted':
      return met(
        version,
        shows('未在屏幕上显示；由人声明已张贴（见下）', 'not shown on the screen; a person declared it posted, below'),
      );
    case 'demonstration':
      return notApplicable(
        shows('演示：摄像头播放文件，无人在场', 'demonstration: the camera plays a file, nobody stands there'),
      );
    case 'not-yet':
      return facts.face.on
        ? notMet(
            version,
            shows(`人脸方式开启，却未告知：${detail ?? ''}`, `the face is on and nobody was told: ${detail ?? ''}`),
          )
        : met(
            version,
            shows(
              `尚未告知，因此摄像头未打开：${detail ?? ''}`,
              `nobody was told yet, so the cameras stay closed: ${detail ?? ''}`,
            ),
          );
    default:
      return assertNever(how);
  }
}
