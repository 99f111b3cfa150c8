/** A price book that shows the form, with prices of nobody: flagged as an example wherever it is used. */
export const EXAMPLE_TARIFF = {
  id: 'demo-two-part',
  name: { en: 'Demo tariff, time of use', zh: '演示分时电价' },
  example: true,
  currency: 'CNY',
  zone: 'Asia/Shanghai',
  versions: [
    {
      from: '2024-01-01',
      document: 'demo, no price list 演示，非价目表',
      rules: [
        {
          period: 'peak',
          hours: [
            ['08:00', '11:00'],
            ['13:00', '17:00'],
          ],
        },
        {
          period: 'valley',
          hours: [
            ['11:00', '13:00'],
            ['22:00', '08:00'],
          ],
        },
      ],
      otherwise: 'flat',
      components: [
        { name: 'energy 电量电费', prices: { peak: '0.98', flat: '0.66', valley: '0.31' } },
        { name: 'delivery 输配电', price: '0.17' },
      ],
      demand: { name: 'demand 需量电费', price: '40', basis: 'measured' },
    },
  ],
} as const;
