/** A sentence in both languages. */
export interface Both {
  readonly en: string;
  readonly zh: string;
}

/** The reasons and notes of this package in Chinese; the first pattern that fits the whole sentence wins. */
const SENTENCES: readonly (readonly [english: string, chinese: string])[] = [
  [
    'the baseline knows (.+) days; time of week and temperature needs at least (.+), better a year',
    '基准期只有 $1 天数据；“星期时段与气温”模型至少需要 $2 天，最好一年',
  ],
  [
    '(.+) days of the baseline \\((.+) asked for\\) have both usage and temperature; CalTRACK 2.2.1 wants (.+), of which at most (.+) may be missing',
    '基准期（要求 $2 天）中只有 $1 天同时有用电和气温数据；CalTRACK 2.2.1 要求 $3 天，最多缺 $4 天',
  ],
  [
    'no month of the baseline, with the months before and after it, has 90 % of its hours .+',
    '基准期没有一个月连同前后两月具备 90% 的小时数据（CalTRACK 2.2.1.2），无法预测',
  ],
  ['(.+) values are negative: is there generation behind the meter\\?', '有 $1 个负值：电表后是否有发电设备？'],
  [
    '(.+) values lie more than three interquartile ranges above the median: review them',
    '有 $1 个值高出中位数三个四分位距以上，请人工复核',
  ],
  [
    'the baseline spans (.+) days; CalTRACK 3.1.3 takes the 365 days before the measure',
    '基准期长 $1 天；CalTRACK 3.1.3 只取措施之前的 365 天',
  ],
  [
    '(.+) readings of zero are taken for missing \\(CalTRACK 2.2.1.4\\); of a gas meter they are believed',
    '$1 个零读数按缺失处理（CalTRACK 2.2.1.4）；燃气表的零读数则采信',
  ],
  ['the temperature of the baseline never changes: its effect cannot be told', '基准期气温没有变化，无法判断其影响'],
  ['the usage of the baseline adds up to nothing', '基准期用电合计为零'],
  ['the method works on every (.+); this (.+) has fewer than two readings', '该方法按 $1 计算，而 $2 的读数不足两个'],
  [
    'the method works on every (.+); this (.+) is read every (.+) hours',
    '该方法按 $1 计算，而 $2 每 $3 小时才有一个读数',
  ],
  ['no interval of the reporting period has both usage and temperature', '报告期内没有一个时段同时有用电和气温数据'],
  [
    'the baseline knows too little of the months or hours of all (.+) usable intervals of the reporting period',
    '报告期内 $1 个可用时段所处的月份或时段，基准期都缺乏了解',
  ],
  ['energy that is not known is not on this bill', '未知的电量不在此账单内'],
  [
    "(.+) is an example: compare it with the supplier's price list first",
    '$1 只是示例：使用前请与供电公司的电价表核对',
  ],
  [
    'the demand charge is left out: neither the contract nor quarters of an hour are known',
    '未计需量电费：合同需量和 15 分钟数据均未知',
  ],
  ['the demand charge is left out: the installed kVA are not known', '未计容量电费：变压器容量未知'],
  ['the demand is billed at its full price: the contracted kVA are not known', '需量电费按全价计：合同变压器容量未知'],
  [
    'the demand is billed at its full price: not all of (.+) is known, and what is known does not reach (.+) kWh/kVA',
    '需量电费按全价计：$1 的用电量并非全部已知，已知部分未达到每千伏安 $2 千瓦时',
  ],
  [
    'This bill holds energy alone: .+',
    '本账单只含电度电费：需量（容量）电费、固定费用和力调电费按月计收；各行向下取整到分，故一个月各日之和不会超过当月账单',
  ],
  ['the power-factor adjustment is left out: reactive energy is not known', '未计力调电费：无功电量未知'],
  ['the interval from (.+) lies before the first version of (.+)', '$1 起的时段早于电价 $2 的首个版本'],
  ['no factor for (.+) or a year before it', '没有 $1 年或更早的排放因子'],
  ['factors of (.+) cannot be mixed', '不同口径的排放因子不能混用：$1'],
  ['no baseline has been learned yet', '尚未建立基准'],
  ['no baseline ends before this report begins', '没有在本报告开始之前结束的基准'],
  [
    'the baseline was learned on other meters than the report is about: learn it anew',
    '基准所用的电表与本报告不同，请重新建立基准',
  ],
  ['the work of measure (.+) lies within the baseline: learn it anew', '措施 $1 的施工在基准期内，请重新建立基准'],
  ['no outdoor temperature is known of the baseline', '基准期没有室外气温数据'],
];

const PATTERNS = SENTENCES.map(([english, chinese]) => [new RegExp(`^${english}$`), chinese] as const);

/** A reason in both languages; what nobody has put into Chinese stays English. */
export function bothOf(english: string): Both {
  const found = PATTERNS.find(([pattern]) => pattern.test(english));
  return { en: english, zh: found ? english.replace(found[0], found[1]) : english };
}
