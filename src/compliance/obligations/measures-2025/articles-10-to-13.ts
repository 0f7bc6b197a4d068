import { all, attestedFinding, judge, met, notApplicable, notMet, reminder, say, shows } from '../../finding.js';
import { attested, enforced, needing, noScreen, notBuilt, type Obligation, reminding } from '../../obligation.js';
import { measures } from '../clauses.js';
import { anotherWay, declared } from '../evidence.js';

/** Other ways than the face, national channels, no coercion. */
export const freedom: readonly Obligation[] = [
  {
    id: 'M10.1',
    clause: measures(10),
    obligation: say(
      '有其他方式的，不得将人脸识别作为唯一验证方式。',
      'The face is not the only way where another serves.',
    ),
    parts: [
      enforced(
        (facts) => anotherWay(facts),
        '启用 PIN 或刷卡并排除故障；此前人脸方式关闭。',
        'Enable PIN or card and remove the fault; the face stays off until then.',
      ),
      reminding(
        ({ people }) =>
          people.faceOnly === 0
            ? notApplicable(shows('每个登记人脸的人都有 PIN 或卡', 'everybody with a face has a PIN or a card'))
            : reminder(
                shows(
                  `只有人脸、没有 PIN 和卡的人：${people.faceOnly}`,
                  `people with a face but neither PIN nor card: ${people.faceOnly}`,
                ),
              ),
        '给这些人发放 PIN 或卡。',
        'Give those people a PIN or a card.',
      ),
    ],
  },
  {
    id: 'M10.2',
    clause: measures(10),
    obligation: say(
      '不同意的人获得合理、便捷的其他方式。',
      'Whoever refuses gets a reasonable, convenient alternative.',
    ),
    parts: [
      enforced(
        (facts) =>
          needing(facts.screen, noScreen, ({ methods }) => {
            const offered = facts.face.alternatives.filter((way) => methods.includes(way));
            return judge(
              offered.length === facts.face.alternatives.length && offered.length > 0,
              shows(`首屏上的方式：${methods.join('，')}`, `ways on the first screen: ${methods.join(', ')}`),
            );
          }),
        '使每种方式都出现在首屏上。',
        'See that every way stands on the first screen.',
      ),
      enforced(
        ({ audit: { decisions } }) => {
          const face = decisions.methods.find(({ method }) => method === 'face');
          const others = decisions.methods.filter(({ method }) => method !== 'face');
          const fewest = Math.min(...others.map(({ steps }) => steps));
          return judge(
            face === undefined || fewest <= face.steps,
            ...decisions.methods.map(({ method, steps, grants, medianMs }) =>
              shows(
                `${method}：${steps} 步，${grants} 次放行，中位时间 ${seconds(medianMs)}`,
                `${method}: ${steps} acts, ${grants} grants, median time ${seconds(medianMs)}`,
                { route: '/v1/statistics' },
              ),
            ),
          );
        },
        '使其他方式不比人脸步骤更多。',
        'Make the other ways take no more acts than the face.',
      ),
    ],
  },
  {
    id: 'M10.3',
    clause: measures(10),
    obligation: say('国家另有规定的，从其规定。', 'State rules may say otherwise.'),
    parts: [
      attested(
        (facts) => {
          const override = facts.site.stateRuleOverride;
          if (override === undefined)
            return notApplicable(
              shows('没有援引国家规定；其他方式始终保留', 'no state rule is relied on; the other ways stay'),
            );
          if (override.endsOn < facts.today)
            return notMet(
              shows(
                `${override.citation}：已于 ${override.endsOn} 终止`,
                `${override.citation}: ended on ${override.endsOn}`,
              ),
            );
          return declared(
            facts,
            'stateRuleOverride',
            `${override.citation}，至 ${override.endsOn}；PIN 或刷卡仍然保留`,
            `${override.citation}, until ${override.endsOn}; PIN or card stay all the same`,
          );
        },
        '更新 site.stateRuleOverride 的依据和终止日期，或将其删除。',
        'Renew citation and end in site.stateRuleOverride, or take it away.',
      ),
    ],
  },
  {
    id: 'M11',
    clause: measures(11),
    obligation: say(
      '鼓励优先使用国家人口基础信息库、国家网络身份认证公共服务等渠道。',
      'National identity channels are encouraged; no duty.',
    ),
    parts: [
      reminding(
        ({ face }) =>
          face.enabled
            ? reminder(
                shows(
                  '鼓励性规定，不是义务；本机不与其连接',
                  'encouraged, never a duty; this terminal is not connected to them',
                ),
              )
            : notApplicable(shows('不使用人脸', 'no face is used')),
        '在影响评估的“替代方案”中说明是否考虑过。',
        'Say in the impact assessment, under alternatives, whether they were considered.',
      ),
    ],
  },
  {
    id: 'M12',
    clause: measures(12),
    obligation: say('不得以误导、欺诈、胁迫等方式要求使用人脸。', 'No misleading, deceiving, coercing.'),
    parts: [
      enforced(
        ({ wording }) =>
          needing(wording, notBuilt('用语检查', 'check of the wording'), ({ textsChecked, problems }) =>
            judge(
              problems.length === 0 && textsChecked > 0,
              shows(`检查了 ${textsChecked} 段文字`, `${textsChecked} texts checked`),
              ...problems.map((problem) => shows(`不当用语：${problem}`, `refused phrase: ${problem}`)),
            ),
          ),
        '改写所列的文字。',
        'Write the texts named here anew.',
      ),
    ],
  },
];

const seconds = (ms: number | undefined): string => (ms === undefined ? '–' : `${(ms / 1000).toFixed(1)} s`);

/** Public places: safety, zone, sign, private spaces. */
export const places: readonly Obligation[] = [
  {
    id: 'M13.1',
    clause: measures(13),
    obligation: say(
      '公共场所安装人脸识别设备，应当为维护公共安全所必需。',
      'In a public place: necessary for public safety.',
    ),
    parts: [
      attested(
        (facts) => {
          const { access, publicSafetyNecessity } = facts.site;
          if (access === 'internal')
            return notApplicable(shows('声明为内部场所', 'declared as not open to the public'));
          if (publicSafetyNecessity === undefined) return notMet(shows('没有声明', 'nobody declared it'));
          return declared(
            facts,
            'publicSafetyNecessity',
            publicSafetyNecessity.statement,
            publicSafetyNecessity.statement,
          );
        },
        '在 site.publicSafetyNecessity 中声明。',
        'Declare it in site.publicSafetyNecessity.',
      ),
    ],
  },
  {
    id: 'M13.2',
    clause: measures(13),
    obligation: say('合理确定采集区域。', 'A reasonable capture zone.'),
    parts: [
      enforced(
        ({ face, sign, audit }) => {
          if (!face.enabled) return notApplicable(shows('不使用摄像头', 'no camera is used'));
          const dropped = audit.decisions.bystandersDropped;
          return all(
            judge(face.cameras.length > 0, shows(`摄像头 ${face.cameras.length} 个`, `${face.cameras.length} cameras`)),
            ...face.cameras.map(({ id, zoneShare, zoneCorners }) =>
              judge(
                zoneShare > 0 && zoneShare < wholePicture,
                shows(
                  `${id}：${zoneCorners} 角区域，占画面 ${percent(zoneShare)}`,
                  `${id}: a zone of ${zoneCorners} corners, ${percent(zoneShare)} of the picture`,
                ),
              ),
            ),
            judge(
              face.minInterEyeDistancePx !== undefined,
              shows(
                `最小瞳距 ${face.minInterEyeDistancePx ?? '未定'} 像素`,
                `smallest inter-eye distance ${face.minInterEyeDistancePx ?? 'not set'} px`,
              ),
            ),
            met(
              shows(
                `区域外的人脸在检测时即被丢弃：已记录 ${dropped} 张`,
                `faces outside are dropped at detection: ${dropped} on record`,
              ),
              ...(sign === undefined
                ? []
                : [shows('采集区域的哈希', 'hash of the capture zones', { documentHash: sign.captureZoneHash })]),
            ),
          );
        },
        '为每个摄像头划定 captureZone（不是整个画面），并设定 face.minInterEyeDistancePx。',
        'Draw each camera’s captureZone (not the whole picture) and set face.minInterEyeDistancePx.',
      ),
    ],
  },
  {
    id: 'M13.3',
    clause: measures(13),
    obligation: say('设置显著的提示标识。', 'A prominent sign.'),
    parts: [
      enforced(
        ({ sign }) =>
          needing(sign, notBuilt('标识打印', 'printing of the sign'), ({ hash }) =>
            judge(
              hash !== '',
              shows('标识由运行配置生成', 'the sign is made from the running configuration', { documentHash: hash }),
            ),
          ),
        '打印标识并张贴。',
        'Print the sign and post it.',
      ),
      attested(
        (facts) =>
          facts.site.signPosted === undefined
            ? notMet(shows('无人声明标识已张贴', 'nobody declared that it hangs there'))
            : declared(facts, 'signPosted', facts.site.signPosted.statement, facts.site.signPosted.statement),
        '张贴后在 site.signPosted 中写明姓名和日期。',
        'When it hangs, state name and date in site.signPosted.',
      ),
    ],
  },
  {
    id: 'M13.4',
    clause: measures(13),
    obligation: say(
      '不得在宾馆客房、公共浴室、公共更衣室、公共卫生间等私密空间内部安装。',
      'Never inside private spaces: hotel room, bathroom, changing room, toilet.',
    ),
    parts: [
      enforced(
        ({ site, privateSpace }) =>
          judge(!privateSpace, shows(`场所类型：${site.type}`, `type of place: ${site.type}`)),
        '拆除终端。',
        'Remove the terminal.',
      ),
      attested(
        (facts) => {
          const { by, on } = facts.site.lawfulUse;
          const finding = declared(
            facts,
            'lawfulUse',
            `${facts.site.name}，${facts.site.type}`,
            `${facts.site.name}, ${facts.site.type}`,
          );
          return finding.status === 'attested' ? attestedFinding(by, on, ...finding.evidence) : finding;
        },
        '由负责人声明所述场所属实（site.lawfulUse 的记录包括场所）。',
        'Have the person in charge declare the place (the record of site.lawfulUse covers it).',
      ),
    ],
  },
];

const wholePicture = 0.98;
const percent = (share: number): string => `${Math.round(share * 100)} %`;
