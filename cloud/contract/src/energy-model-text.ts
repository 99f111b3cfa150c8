import { ENERGY_WORDS, type EnergyLanguage } from './energy-words.ts';

const ENGLISH_DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** What the models of `edge/energy` call their formulas and coefficients, and how Chinese says it; in this order. */
const CHINESE: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/^usage per day = /, '日用电量 = '],
  [/^usage ~ time of week \+ temperature in (\d+) pieces/, '用电量 ~ 星期时段 + 气温（分 $1 段）'],
  [/^usage ~ hour of week \+ temperature in bins/, '用电量 ~ 一周各小时 + 气温（分区间）'],
  [/, occupied and unoccupied apart/, '，使用与非使用时段分别拟合'],
  [/, occupied apart/, '，只拟合使用时段'],
  [/, unoccupied apart/, '，只拟合非使用时段'],
  [/; one model a month of three weighted months$/, '；每月一个模型，取加权的三个月'],
  [/^month (\d+)/, '$1 月'],
  [/\bunoccupied\b/, '非使用时段'],
  [/\boccupied\b/, '使用时段'],
  [/\btemperature (\d+)$/, '气温第 $1 段'],
  [/^intercept$/, '截距'],
  ...ENGLISH_DAYS.map((day, i) => [new RegExp(`\\b${day}\\b`), ENERGY_WORDS.zh.weekdays[i] as string] as const),
];

/** A model's formula, or the name of one of its coefficients, as a reader of a language reads it. */
export function modelText(english: string, language: EnergyLanguage): string {
  if (language === 'en') return english;
  return CHINESE.reduce((text, [pattern, chinese]) => text.replace(pattern, chinese), english);
}
