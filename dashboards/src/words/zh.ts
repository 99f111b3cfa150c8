import { accessZh } from './access-zh.ts';
import { actingZh } from './acting-zh.ts';
import { adoptionZh } from './adoption-zh.ts';
import { afterZh } from './after-zh.ts';
import { channelsZh } from './channels-zh.ts';
import { clientsZh } from './clients-zh.ts';
import { contractorZh } from './contractor-zh.ts';
import { devicesZh } from './devices-zh.ts';
import { energyZh } from './energy-zh.ts';
import { incidentZh } from './incident-zh.ts';
import { liveZh } from './live-zh.ts';
import { namesZh } from './names-zh.ts';
import { phoneZh } from './phone-zh.ts';
import { placesZh } from './places-zh.ts';
import { rostersZh } from './rosters-zh.ts';
import { spendingZh } from './spending-zh.ts';
import { stormZh } from './storm-zh.ts';
import type { Words } from './en.ts';

/** 每一处界面文字；形状与英文词典完全一致，由类型检查保证。 */
export const zh: Words = {
  language: '中文',
  otherLanguage: 'English',
  common: {
    loading: '加载中…',
    failed: '加载失败。',
    retry: '重试',
    none: '–',
    unknown: '未知',
    server: { edge: '边缘', cloud: '云端' },
    signedOut: '您尚未登录此服务器。',
    notFound: '没有这个页面。',
    newIncident: (text) => `新事件：${text}`,
    details: '详情',
    day: '日期',
    days: (n) => `${n} 天`,
    more: (n) => `另有 ${n} 条`,
  },
  ...accessZh,
  ...actingZh,
  ...adoptionZh,
  ...afterZh,
  ...clientsZh,
  ...contractorZh,
  ...devicesZh,
  ...energyZh,
  ...incidentZh,
  ...liveZh,
  ...namesZh,
  ...phoneZh,
  ...channelsZh,
  ...placesZh,
  ...rostersZh,
  ...spendingZh,
  ...stormZh,
};
