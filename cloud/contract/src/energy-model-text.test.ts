import { expect, test } from 'vitest';
import { modelText } from './energy-model-text.ts';

test.each([
  [
    'usage ~ time of week + temperature in 7 pieces, occupied and unoccupied apart',
    '用电量 ~ 星期时段 + 气温（分 7 段），使用与非使用时段分别拟合',
  ],
  [
    'usage ~ time of week + temperature in 2 pieces, occupied apart',
    '用电量 ~ 星期时段 + 气温（分 2 段），只拟合使用时段',
  ],
  [
    'usage ~ time of week + temperature in 2 pieces, unoccupied apart',
    '用电量 ~ 星期时段 + 气温（分 2 段），只拟合非使用时段',
  ],
  [
    'usage ~ hour of week + temperature in bins, occupied and unoccupied apart; one model a month of three weighted months',
    '用电量 ~ 一周各小时 + 气温（分区间），使用与非使用时段分别拟合；每月一个模型，取加权的三个月',
  ],
  ['usage per day = 24.0000 + 1.50000·CDD65 + 0.250000·HDD60', '日用电量 = 24.0000 + 1.50000·CDD65 + 0.250000·HDD60'],
  ['occupied Monday', '使用时段 周一'],
  ['unoccupied Sunday 23:00', '非使用时段 周日 23:00'],
  ['occupied temperature 3', '使用时段 气温第 3 段'],
  ['month 11 Tuesday 08:00', '11 月 周二 08:00'],
  ['month 2 unoccupied temperature 1', '2 月 非使用时段 气温第 1 段'],
  ['intercept', '截距'],
  ['CDD65', 'CDD65'],
])('%s is Chinese in a Chinese report, and stands as it is in an English one', (english, chinese) => {
  expect(modelText(english, 'zh')).toBe(chinese);
  expect(modelText(english, 'en')).toBe(english);
});
