import { attestedFinding, judge, met, notApplicable, notMet, reminder, say, shows } from '../../finding.js';
import { attested, enforced, needing, noRecognition, notBuilt, type Obligation, reminding } from '../../obligation.js';
import { draft } from '../clauses.js';
import { declared, newest } from '../evidence.js';

/** The only things a model may be for. */
const allowedRoles: readonly string[] = ['detection', 'landmarks', 'quality', 'pad', 'eye-state', 'embedding'];

/** What the technology may do, and how it is looked after. */
export const technology: readonly Obligation[] = [
  {
    id: 'D10',
    clause: draft(10),
    obligation: say('不得远距离、无感识别特定自然人。', 'No covert remote identification.'),
    parts: [
      enforced(
        ({ face, audit: { decisions } }) =>
          face.enabled
            ? judge(
                face.minInterEyeDistancePx !== undefined && decisions.faceWithoutAct === 0,
                shows(
                  `太远的人脸被拒绝：瞳距至少 ${face.minInterEyeDistancePx ?? '未定'} 像素`,
                  `faces too far away are refused: inter-eye distance at least ${face.minInterEyeDistancePx ?? 'not set'} px`,
                ),
                shows(
                  `没有本人动作的人脸决定：${decisions.faceWithoutAct}`,
                  `face decisions without the person’s own act: ${decisions.faceWithoutAct}`,
                ),
              )
            : notApplicable(shows('不使用人脸', 'no face is used')),
        '设定 face.minInterEyeDistancePx。',
        'Set face.minInterEyeDistancePx.',
      ),
    ],
  },
  {
    id: 'D11',
    clause: draft(11),
    obligation: say(
      '不得分析种族、民族、宗教信仰、健康状况、社会阶层等。',
      'No analysis of race, ethnicity, religion, health or class.',
    ),
    parts: [
      enforced(
        ({ pack, face }) => {
          if (!face.enabled) return notApplicable(shows('不加载模型', 'no model is loaded'));
          return needing(pack, noRecognition, ({ packId, roles, packHash }) => {
            const others = roles.filter((role) => !allowedRoles.includes(role));
            return judge(
              others.length === 0 && roles.length > 0,
              shows(`模型包 ${packId}：${roles.join('，')}`, `model pack ${packId}: ${roles.join(', ')}`, {
                documentHash: packHash,
              }),
              ...(others.length === 0
                ? []
                : [shows(`不允许：${others.join('，')}`, `not allowed: ${others.join(', ')}`)]),
            );
          });
        },
        '换用只含检测、关键点、质量、攻击检测和特征的模型包。',
        'Use a model pack with detection, landmarks, quality, attack detection and embedding only.',
      ),
    ],
  },
  {
    id: 'D15',
    clause: draft(15),
    obligation: say(
      '评估还包括伦理、标准、精度和距离。',
      'The assessment also covers ethics, standards, precision and distance.',
    ),
    parts: [
      enforced(
        ({ assessment: { missing, id, hash } }) =>
          judge(
            id !== undefined && !missing.includes('ethicsAndStandards') && !missing.includes('precisionAndDistance'),
            shows(
              id === undefined ? '没有评估' : `评估 ${id} 的相应各项`,
              id === undefined ? 'there is no assessment' : `the fields of assessment ${id}`,
              hash === undefined ? {} : { documentHash: hash },
            ),
          ),
        '在评估中写明伦理、标准、精度和距离。',
        'State ethics, standards, precision and distance in the assessment.',
      ),
      attested(
        ({ face: { unmeasured } }) =>
          unmeasured === undefined
            ? notApplicable(shows('使用的阈值均经测量', 'every threshold in use was measured'))
            : attestedFinding(
                unmeasured.acceptedBy,
                unmeasured.on,
                shows(
                  `误识率 ${unmeasured.wantedFmr} 未经测量，系推算：${unmeasured.statement}`,
                  `extrapolated: a false match rate of ${unmeasured.wantedFmr} was never measured: ${unmeasured.statement}`,
                ),
              ),
        '用自己的数据评估（menshen evaluate），再校准。',
        'Evaluate with your own data (menshen evaluate), then calibrate.',
      ),
    ],
  },
  {
    id: 'D16',
    clause: draft(16),
    obligation: say('涉及国家秘密等数据的，适用有关法律。', 'Data under secrecy law follow those laws.'),
    parts: [
      attested(
        (facts) => {
          const { secrecyLawData } = facts.site;
          if (secrecyLawData === undefined)
            return notMet(shows('没有声明是否涉及', 'nobody declared whether there are any'));
          return declared(
            facts,
            'secrecyLawData',
            `${secrecyLawData.involved ? '涉及' : '不涉及'}：${secrecyLawData.statement}`,
            `${secrecyLawData.involved ? 'involved' : 'not involved'}: ${secrecyLawData.statement}`,
          );
        },
        '在 site.secrecyLawData 中声明。',
        'Declare it in site.secrecyLawData.',
      ),
      enforced(
        ({ reviews, site, audit: { decisions } }) =>
          site.secrecyLawData?.involved === true
            ? judge(
                reviews.required && decisions.finalFaceGrants === 0,
                shows('人脸比对结果交工作人员决定', 'face matches go to staff', { route: '/v1/reviews' }),
              )
            : notApplicable(shows('按声明不涉及', 'not involved, as far as declared')),
        '查明为何仅凭人脸放行。',
        'Find out why a face alone was enough.',
      ),
    ],
  },
  {
    id: 'D17a',
    clause: draft(17),
    obligation: say('不得保存人脸原始图像。', 'No original pictures are kept.'),
    parts: [
      enforced(
        ({ interface: { pictureFiles } }) =>
          judge(
            pictureFiles.length === 0,
            shows(
              `数据目录中的图像文件：${pictureFiles.join('，') || '无'}`,
              `picture files in the store’s folder: ${pictureFiles.join(', ') || 'none'}`,
            ),
          ),
        '删除这些文件，查明来源。',
        'Remove the files and find out who put them there.',
      ),
    ],
  },
  {
    id: 'D17b',
    clause: draft(17),
    obligation: say(
      '面向社会公众提供服务的，达到等级保护第三级以上。',
      'Level-3 protection for services to the public.',
    ),
    parts: [
      attested(
        (facts) => {
          const declaration = facts.site.publicService;
          if (declaration === undefined) return notMet(shows('没有声明', 'nobody declared it'));
          const { provided, certificate = '', expiresOn = '', statement = '' } = declaration;
          if (provided && expiresOn < facts.today)
            return notMet(
              shows(`证书 ${certificate} 已于 ${expiresOn} 到期`, `certificate ${certificate} ended on ${expiresOn}`),
            );
          return provided
            ? declared(
                facts,
                'publicService',
                `证书 ${certificate}，至 ${expiresOn}`,
                `certificate ${certificate}, until ${expiresOn}`,
              )
            : declared(facts, 'publicService', `不面向公众：${statement}`, `no service to the public: ${statement}`);
        },
        '在 site.publicService 中声明证书，或说明不面向公众。',
        'Declare the certificate in site.publicService, or that this is no service to the public.',
      ),
    ],
  },
  {
    id: 'D19a',
    clause: draft(19),
    obligation: say('每年检测评估安全和风险。', 'A yearly inspection of security and risk.'),
    parts: [
      reminding(
        ({ inspection, today }) =>
          needing(inspection, notBuilt('年度检查', 'yearly inspection'), ({ lastOn, dueOn, overdue }) => {
            const dates = shows(
              `上次 ${lastOn ?? '无'}，下次不迟于 ${dueOn}`,
              `last ${lastOn ?? 'never'}, next by ${dueOn}`,
            );
            if (overdue) return notMet(dates);
            return dueOn <= daysAfter(today, remindDays) ? reminder(dates) : met(dates);
          }),
        '进行检查并记录。',
        'Make the inspection and record it.',
      ),
    ],
  },
  {
    id: 'D19b',
    clause: draft(19),
    obligation: say('根据检测结果调整置信度阈值。', 'Thresholds are adjusted from results.'),
    parts: [
      enforced(
        (facts) => {
          if (!facts.face.enabled) return notApplicable(shows('不使用阈值', 'no threshold is in use'));
          return needing(facts.pack, noRecognition, ({ evaluations, padEvaluation }) =>
            judge(
              evaluations.length > 0 && [...evaluations, padEvaluation].every((name) => name !== ''),
              shows(
                `阈值依据的评估：${[...evaluations, padEvaluation].join('，')}`,
                `evaluations behind the thresholds: ${[...evaluations, padEvaluation].join(', ')}`,
              ),
              newest(facts, 'models.changed', '模型或阈值变更', 'changes of models or thresholds'),
            ),
          );
        },
        '只使用写明评估的阈值（menshen calibrate）。',
        'Use thresholds that name their evaluation (menshen calibrate).',
      ),
    ],
  },
  {
    id: 'D19c',
    clause: draft(19),
    obligation: say('防范攻击、侵入、干扰和破坏。', 'Protect the device from attack and interference.'),
    parts: [
      enforced(
        (facts) => {
          if (!facts.face.enabled) return notApplicable(shows('不使用人脸', 'no face is used'));
          return needing(facts.pack, noRecognition, ({ roles }) =>
            judge(
              roles.includes('pad') || facts.face.secondFactor !== 'none',
              shows(
                `攻击检测：${facts.face.attackDetection}；第二因素：${facts.face.secondFactor}；动作挑战：${facts.face.activeChallenge}`,
                `attack detection: ${facts.face.attackDetection}; second factor: ${facts.face.secondFactor}; active challenge: ${facts.face.activeChallenge}`,
              ),
            ),
          );
        },
        '使用有攻击检测的模型包，或要求第二因素（face.secondFactor）。',
        'Use a model pack with attack detection, or ask for a second factor (face.secondFactor).',
      ),
      enforced(
        ({ selfTest, tamper, face }) =>
          needing(selfTest, notBuilt('完整性检查', 'check of integrity'), ({ sound, failed }) =>
            needing(tamper, notBuilt('防拆锁', 'tamper lock'), ({ open }) =>
              judge(
                (sound && open === 0) || !face.on,
                shows(
                  `自检${sound ? '通过' : `未通过：${failed.join('，')}`}；未确认的破坏报告 ${open} 起；人脸方式${face.on ? '开启' : '关闭'}`,
                  `self-test ${sound ? 'sound' : `not sound: ${failed.join(', ')}`}; tampering not confirmed: ${open}; the face is ${face.on ? 'on' : 'off'}`,
                  { route: '/v1/tamper' },
                ),
              ),
            ),
          ),
        '查看自检结果。',
        'Read the self-test’s result.',
      ),
    ],
  },
  {
    id: 'D20',
    clause: draft(20),
    obligation: say(
      '列入目录的设备经认证或检测合格后方可销售。',
      'Listed equipment is certified or tested before sale.',
    ),
    parts: [
      attested(
        (facts) => {
          const declaration = facts.site.listedEquipment;
          if (declaration === undefined) return notMet(shows('没有声明', 'nobody declared it'));
          const { listed, certificate = '', statement = '' } = declaration;
          return listed
            ? declared(facts, 'listedEquipment', `证书 ${certificate}`, `certificate ${certificate}`)
            : declared(facts, 'listedEquipment', `未列入：${statement}`, `not listed: ${statement}`);
        },
        '在 site.listedEquipment 中声明证书，或说明未列入目录。',
        'Declare the certificate in site.listedEquipment, or that the device is not listed.',
      ),
    ],
  },
];

const remindDays = 30;

const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
