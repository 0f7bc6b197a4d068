import { all, attestedFinding, judge, notMet, say, shows } from '../../finding.js';
import { attested, enforced, needing, notBuilt, type Obligation } from '../../obligation.js';
import { measures } from '../clauses.js';
import { chain, erasedOnTime, newest } from '../evidence.js';

const keptYears = 3;

/** Storage in the device, retention; impact assessment and records. */
export const storageAndAssessment: readonly Obligation[] = [
  {
    id: 'M8.1',
    clause: measures(8),
    obligation: say('人脸信息存储于设备内。', 'Face information stays in the device.'),
    parts: [
      enforced(
        ({ audit, interface: { pictureFiles, routes }, people }) =>
          judge(
            audit.templateSized === 0 && pictureFiles.length === 0,
            shows(`设备内加密模板：${people.templates}`, `encrypted templates in this device: ${people.templates}`),
            shows(
              `大到足以是模板或图像的审计条目：${audit.templateSized}；数据目录中的图像文件：${pictureFiles.length}`,
              `audit entries as long as a template or picture: ${audit.templateSized}; picture files in the store’s folder: ${pictureFiles.length}`,
            ),
            shows(`接口清单：${routes.length} 个调用`, `inventory of interfaces: ${routes.length} calls`, {
              route: '/openapi.json',
            }),
          ),
        '移走数据目录中的图像文件，查明来源。',
        'Take the picture files out of the store’s folder and find out who put them there.',
      ),
    ],
  },
  {
    id: 'M8.2',
    clause: measures(8),
    obligation: say('不得通过互联网对外传输。', 'Nothing goes over the Internet.'),
    parts: [
      enforced(
        ({ protection: { listener, publicAddresses, publicConnections } }) =>
          judge(
            publicAddresses.length === 0 && (publicConnections ?? []).length === 0,
            shows(`监听 ${listener.host}`, `listens on ${listener.host}`),
            shows(
              `配置中的公网地址：${publicAddresses.join('，') || '无'}`,
              `public addresses in the configuration: ${publicAddresses.join(', ') || 'none'}`,
            ),
            publicConnections === undefined
              ? shows('系统不提供当前连接', 'the system does not tell this process’s connections')
              : shows(
                  `当前公网连接：${publicConnections.join('，') || '无'}`,
                  `connections to public addresses now: ${publicConnections.join(', ') || 'none'}`,
                ),
          ),
        '删除配置中的公网地址；查明公网连接属于哪一程序。',
        'Take public addresses out of the configuration; find out whose the public connection is.',
      ),
      enforced(
        (facts) =>
          needing(facts.egress, notBuilt('出站防护', 'the egress guard'), ({ guarded, canary, refused, flows }) =>
            judge(
              guarded && canary === 'held',
              shows(
                `出站防护：${guarded ? '已启用' : '未启用'}；自检：${canary === 'held' ? '全部被拒绝' : canary}`,
                `egress guard: ${guarded ? 'in place' : 'not in place'}; canary: ${canary === 'held' ? 'every attempt was refused' : canary}`,
                { route: '/v1/self-test' },
              ),
              shows(
                `允许的地址：${flows.join('，') || '仅本机'}`,
                `addresses that may be reached: ${flows.join(', ') || 'this device only'}`,
              ),
              newest(
                facts,
                'egress.refused',
                `启动以来拒绝 ${refused} 次；记录`,
                `refused since the start: ${refused}; events`,
              ),
            ),
          ),
        '运行 menshen selftest；若仍失败，断开网络并重新安装。',
        'Run menshen selftest; if it fails again, take the device off the network and reinstall.',
      ),
    ],
  },
  {
    id: 'M8.3',
    clause: measures(8),
    obligation: say('保存期限为实现目的所必需的最短时间。', 'Kept for the shortest time necessary, then erased.'),
    parts: [
      enforced(
        (facts) =>
          all(
            judge(
              Number.isFinite(facts.keeping.maxDays) &&
                facts.keeping.maxDays > 0 &&
                facts.keeping.justification.trim() !== '',
              shows(
                `最长 ${facts.keeping.maxDays} 天；${facts.keeping.justification}`,
                `at most ${facts.keeping.maxDays} days; ${facts.keeping.justification}`,
              ),
            ),
            judge(
              facts.people.consentsWithoutExpiry === 0,
              shows(
                `没有期限的同意：${facts.people.consentsWithoutExpiry}`,
                `consents without an end: ${facts.people.consentsWithoutExpiry}`,
              ),
            ),
            erasedOnTime(facts),
          ),
        '确认时钟（menshen clock-confirm），然后运行 menshen sweep。',
        'Confirm the clock (menshen clock-confirm), then run menshen sweep.',
      ),
    ],
  },
  {
    id: 'M9.1',
    clause: measures(9),
    obligation: say('事前进行个人信息保护影响评估。', 'An impact assessment beforehand.'),
    parts: [
      enforced(
        ({ assessment, face }) =>
          judge(
            assessment.state === 'valid' && !(face.on && assessment.hash === undefined),
            assessment.state === 'valid'
              ? shows(
                  `评估 ${assessment.id ?? ''}，${assessment.date ?? ''}`,
                  `assessment ${assessment.id ?? ''}, ${assessment.date ?? ''}`,
                  assessment.hash === undefined ? {} : { documentHash: assessment.hash },
                )
              : shows(
                  `没有有效评估（${assessment.why ?? assessment.state}），人脸方式关闭`,
                  `no valid assessment (${assessment.why ?? assessment.state}), so the face is off`,
                  { route: '/v1/assessments/current' },
                ),
          ),
        '完成评估：menshen assessment FILE。',
        'Make one: menshen assessment FILE.',
      ),
    ],
  },
  {
    id: 'M9.2',
    clause: measures(9),
    obligation: say(
      '评估内容：合法、正当、必要；影响及降低影响的措施；泄露、篡改、丢失、毁损或者被非法获取、使用的风险及危害；保护措施是否相适应。',
      'Its contents: lawful, legitimate, necessary; impact and mitigation; risks and harm; proportionate safeguards.',
    ),
    unconfirmedWording: true,
    parts: [
      enforced(
        ({ assessment: { missing, hash, id } }) =>
          judge(
            id !== undefined && missing.length === 0,
            id === undefined
              ? shows('没有评估', 'there is no assessment')
              : shows(
                  missing.length === 0 ? '各项齐全' : `缺少：${missing.join('，')}`,
                  missing.length === 0 ? 'every field says something' : `missing: ${missing.join(', ')}`,
                  hash === undefined ? {} : { documentHash: hash },
                ),
          ),
        '补全评估的各项内容。',
        'Fill in every field of the assessment.',
      ),
      attested(
        ({ assessment: { author, approver, date, hash } }) =>
          author === undefined || approver === undefined || date === undefined
            ? notMet(shows('无人对内容负责', 'nobody answers for what it says'))
            : attestedFinding(
                `${author} / ${approver}`,
                date,
                shows(
                  '内容由撰写人和批准人负责',
                  'author and approver answer for what it says',
                  hash === undefined ? {} : { documentHash: hash },
                ),
              ),
        '由撰写人和另一名批准人完成评估。',
        'Have it written by one person and approved by another.',
      ),
    ],
  },
  {
    id: 'M9.3',
    clause: measures(9),
    obligation: say('对处理情况进行记录。', 'The processing is recorded.'),
    parts: [
      enforced(
        (facts) =>
          all(
            chain(facts),
            judge(facts.audit.templateSized === 0, newest(facts, 'verification.decided', '决定', 'decisions')),
          ),
        '保留存储供分析，与外部保存的链头比较。',
        'Keep the store for analysis and compare with heads that were kept elsewhere.',
      ),
    ],
  },
  {
    id: 'M9.4',
    clause: measures(9),
    obligation: say(
      '评估报告和处理情况记录至少保存三年。',
      'Reports and processing records are kept three years at least.',
    ),
    parts: [
      enforced(
        ({ assessment: { date, keepUntil, hash }, audit: { oldestAt, entries, intact } }) => {
          const until = date === undefined ? undefined : yearsAfter(date, keptYears);
          const keptLongEnough = until === undefined || (keepUntil !== undefined && keepUntil >= until);
          return judge(
            keptLongEnough && intact,
            shows(
              `评估保存至 ${keepUntil ?? '（无评估）'}`,
              `assessment kept until ${keepUntil ?? '(no assessment)'}`,
              hash === undefined ? {} : { documentHash: hash },
            ),
            shows(
              `处理记录自 ${oldestAt ?? '（无）'} 起，${entries} 条，无一缺失`,
              `records since ${oldestAt ?? '(none)'}, ${entries} entries, none left out`,
            ),
          );
        },
        '延长评估的 keepUntil；不得删除审计记录。',
        'Extend the assessment’s keepUntil; do not remove audit records.',
      ),
      enforced(
        ({ keepPeriod }) =>
          needing(keepPeriod, notBuilt('记录保存期限', 'keeping of records'), ({ kinds, years, refusals }) =>
            judge(
              years >= keptYears,
              shows(
                `${kinds} 类记录至少保存 ${years} 年；拒绝提前删除 ${refusals} 次`,
                `${kinds} kinds of records kept at least ${years} years; earlier deletions refused: ${refusals}`,
                { route: '/v1/retention' },
              ),
            ),
          ),
        '恢复三年的保存期限。',
        'Restore the period of three years.',
      ),
    ],
  },
  {
    id: 'M9.5',
    clause: measures(9),
    obligation: say(
      '目的、方式变更或发生重大事件的，重新评估。',
      'Assess anew after a change of purpose or method or a major incident.',
    ),
    unconfirmedWording: true,
    parts: [
      enforced(
        (facts) => {
          const { assessment, site, face } = facts;
          const stale =
            assessment.state === 'valid' &&
            (assessment.purpose !== site.purpose.code || assessment.method !== face.method);
          return judge(
            !stale && assessment.state !== 'invalidated',
            shows(
              `评估状态：${assessment.state}${assessment.why === undefined ? '' : `（${assessment.why}）`}`,
              `state of the assessment: ${assessment.state}${assessment.why === undefined ? '' : ` (${assessment.why})`}`,
              { route: '/v1/assessments/current' },
            ),
            newest(facts, 'assessment.recorded', '评估', 'assessments recorded'),
          );
        },
        '按现行目的和方式重新评估。',
        'Assess again, for purpose and method as they are now.',
      ),
    ],
  },
];

function yearsAfter(date: string, years: number): string {
  const later = new Date(date);
  later.setUTCFullYear(later.getUTCFullYear() + years);
  return Number.isNaN(later.getTime()) ? '9999-12-31' : later.toISOString().slice(0, 10);
}
