import type { energyEn } from './energy-en.ts';

/** 节能报告页面的用语（报告本身的用语在合同包内）。 */
export const energyZh: typeof energyEn = {
  energyReport: {
    open: '节能报告 →',
    title: '节能',
    back: '返回客户',
    none: '尚无报告。电表与气温设置完成后，每晚自动生成。',
    choose: '报告',
    pdf: '下载 PDF',
    inputs: '输入数据（用于复算）',
    approve: '属实：不计入',
    reject: '不属实：仍计入',
    afterwards: '此后',
    asBefore: '这些日子之后用电恢复原样',
    newLevel: '持续如此：用电进入新的正常水平',
    newLevelFrom: '新水平自',
    concerned: '涉及电表',
    allMeters: '全部电表',
    toldEdges: '现场的早期预警随之调整；新水平四周内学会。',
    decide: '决定',
    yourName: '您的姓名',
    whyDecided: '理由',
    deciding: '正在重新计算……',
  },
};
