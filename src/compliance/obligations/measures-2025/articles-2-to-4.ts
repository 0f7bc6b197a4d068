import { isThin } from '../../../config/index.js';
import { attestedFinding, judge, notMet, say, shows } from '../../finding.js';
import { attested, enforced, needing, notBuilt, type Obligation } from '../../obligation.js';
import { measures } from '../clauses.js';
import { declared, newest } from '../evidence.js';

/** Scope, lawful use, purpose, necessity, least impact, strict protection. */
export const scopeAndPrinciples: readonly Obligation[] = [
  {
    id: 'M2',
    clause: measures(2),
    obligation: say(
      '实际使用适用本办法；研发和算法训练除外，因此评估模式不得控制门。',
      'Live use is covered, research and training are not: so evaluation can never drive a door.',
    ),
    parts: [
      enforced(
        ({ audit: { decisions }, mode }) => {
          const said = Object.entries(decisions.byMode).map(([name, count]) => `${name} ${count}`);
          const foreign = Object.keys(decisions.byMode).filter((name) => name !== 'live' && name !== 'demonstration');
          return judge(
            foreign.length === 0,
            shows(`本机模式：${mode}`, `this terminal runs in mode ${mode}`, { route: '/v1/device' }),
            shows(
              `每个决定都载明模式：${said.join('，') || '尚无决定'}`,
              `every decision carries its mode: ${said.join(', ') || 'no decision yet'}`,
              { route: '/v1/events' },
            ),
          );
        },
        '查明哪一程序写入了没有模式或以评估模式写入的决定；停用该程序。',
        'Find out which program wrote a decision without a mode, or one of an evaluation, and stop it.',
      ),
    ],
  },
  {
    id: 'M3',
    clause: measures(3),
    obligation: say('合法、符合伦理、诚信，不危害国家、公共利益和个人权益。', 'Lawful, ethical, honest; no harm.'),
    parts: [
      attested(
        (facts) => declared(facts, 'lawfulUse', facts.site.lawfulUse.statement, facts.site.lawfulUse.statement),
        '由负责人在 site.lawfulUse 中声明（姓名、日期、内容），然后重新启动。',
        'Have the person in charge declare it in site.lawfulUse (name, date, statement) and restart.',
      ),
    ],
  },
  {
    id: 'M4.1',
    clause: measures(4),
    obligation: say('具有特定的目的。', 'A specific purpose.'),
    parts: [
      enforced(
        (facts) => {
          const { code } = facts.site.purpose;
          const { purpose } = facts.assessment;
          const same = facts.notice.fields.purposeCode === code && (purpose === undefined || purpose === code);
          return judge(
            same,
            shows(
              `本处唯一目的：${code}（${facts.site.purpose.description}）`,
              `the one purpose here: ${code} (${facts.site.purpose.description})`,
            ),
            ...(same ? [] : [shows('告知书或评估写的是另一目的', 'notice or assessment name another purpose')]),
            newest(facts, 'purpose.refused', '因目的不同而拒绝的调用', 'calls refused for another purpose'),
          );
        },
        '使配置、告知书和评估写明同一目的。',
        'Let configuration, notice and assessment name one and the same purpose.',
      ),
    ],
  },
  {
    id: 'M4.2',
    clause: measures(4),
    obligation: say('具有充分的必要性。', 'Sufficient necessity.'),
    parts: [
      enforced(
        ({ site, notice }) =>
          judge(
            !isThin(site.necessity) && notice.fields.necessity === site.necessity,
            shows(`已说明：${site.necessity}`, `stated: ${site.necessity}`, { documentHash: notice.hash }),
          ),
        '在 site.necessity 中用完整的句子说明必要性。',
        'State the necessity in site.necessity, in a sentence of your own.',
      ),
      attested(
        ({ assessment: { approver, date, hash, missing } }) => {
          if (approver === undefined || date === undefined || missing.includes('necessity'))
            return notMet(shows('没有评估确认该说明属实', 'no assessment says that the statement is true'));
          const where = hash === undefined ? {} : { documentHash: hash };
          return attestedFinding(
            approver,
            date,
            shows('由影响评估的批准人认定', 'held to be true by the approver of the impact assessment', where),
          );
        },
        '进行影响评估，由两人分别撰写和批准。',
        'Make an impact assessment, written by one person and approved by another.',
      ),
    ],
  },
  {
    id: 'M4.3',
    clause: measures(4),
    obligation: say('采取对个人权益影响最小的方式。', 'The method with the least impact on the person.'),
    parts: [
      enforced(
        ({ face, assessment }) => {
          const why = face.identificationJustification;
          const method = shows(`方式 ${face.method}`, `method ${face.method}`);
          if (face.method === '1:1') return judge(true, method);
          const named = shows(
            `1:N 的理由见评估 ${why?.assessmentId ?? '（未写明）'}；现行评估 ${assessment.id ?? '（无）'}`,
            `1:N is justified by assessment ${why?.assessmentId ?? '(none named)'}; the present one is ${assessment.id ?? '(none)'}`,
            assessment.hash === undefined ? {} : { documentHash: assessment.hash },
          );
          return judge(why !== undefined && why.assessmentId === assessment.id, method, named);
        },
        '使用 1:1，或在 face.identificationJustification 中写明现行评估的编号。',
        'Use 1:1, or name the present assessment in face.identificationJustification.',
      ),
    ],
  },
  {
    id: 'M4.4',
    clause: measures(4),
    obligation: say('实施严格保护。', 'Strict protection.'),
    parts: [
      enforced(
        (facts) =>
          needing(
            facts.selfTest,
            notBuilt('安全自检', 'security self-test'),
            ({ at, sound, checks, failed, notAssessed }) =>
              judge(
                sound,
                shows(
                  `自检 ${checks} 项，${at}：${sound ? '通过' : '未通过，人脸方式关闭'}`,
                  `self-test of ${checks} checks, ${at}: ${sound ? 'sound' : 'not sound, so the face is off'}`,
                  { route: '/v1/self-test' },
                ),
                shows(
                  `未通过：${failed.join('，') || '无'}；未评估：${notAssessed.join('，') || '无'}`,
                  `failed: ${failed.join(', ') || 'none'}; not assessed: ${notAssessed.join(', ') || 'none'}`,
                ),
                newest(facts, 'self-test.finished', '自检记录', 'records of it'),
              ),
          ),
        '查看自检结果并排除原因；此前人脸方式保持关闭。',
        'Read the self-test’s result and remove the cause; face mode stays off until then.',
      ),
    ],
  },
];
