/**
 * One message of each kind as real devices sent it: their members are theirs, their values are not.
 * Encoders are held against these shapes.
 */
export const REAL = {
  houqiLiftFault: {
    type: 'LiftFault',
    macAddr: 'HQ20250101000001',
    uuid: '00000000-0000-4000-8000-000000000001',
    elevatorNo: 'EL-0001',
    currentSpeed: 0,
    runningDirection: 3,
    doorStatus: 1,
    personInLift: 1,
    currentFloor: 3,
    temperature: 28,
    lightVariationAmplitude: 200,
    ErrorListBean: [
      {
        keyId: '00000000-0000-4000-8000-000000000001',
        faultType: 1,
        faultBeginTime: '2025-01-01 08:00:00',
        faultEndTime: '',
        faultVideoUrl: '/event_files/EL-0001/20250101_080000.mp4',
      },
    ],
  },
  shellyEm0: {
    id: 0,
    ...phase('a'),
    ...phase('b'),
    ...phase('c'),
    n_current: null,
    total_current: 3,
    total_act_power: 690,
    total_aprt_power: 700,
    user_calibrated_phase: [],
  },
  shellyPumpCounts: { counts: { on_above_thr: 1, on_time: 2, switch_on: 0 } },
  shellyPumpPower: { apower: 0, current: 0, freq: 50, voltage: 230 },
  shellyFlood: {
    src: 'shellyfloodg4-000000000000',
    dst: 'shellyfloodg4-000000000000/events',
    method: 'NotifyStatus',
    params: { ts: 1.5, 'flood:0': { id: 0, alarm: true, mute: false } },
  },
  tasmotaSensor: {
    Time: '2025-01-01T08:00:00',
    ENERGY: {
      TotalStartTime: '2024-01-01T00:00:00',
      Total: 1.5,
      Yesterday: 1,
      Today: 0.5,
      Period: 3,
      Power: 100,
      ApparentPower: 105,
      ReactivePower: 30,
      Factor: 0.95,
      Frequency: 50,
      Voltage: 230,
      Current: 0.5,
    },
  },
  zigbeeLeak: {
    battery: 100,
    battery_low: false,
    device_temperature: 22,
    last_seen: '2025-01-01T08:00:00+01:00',
    linkquality: 98,
    tamper: false,
    voltage: 3005,
    water_leak: false,
  },
  chirpstackUp: {
    deduplicationId: '00000000-0000-4000-8000-000000000002',
    time: '2025-01-01T00:00:00.000000000+00:00',
    deviceInfo: {
      tenantId: '',
      tenantName: '',
      applicationId: '',
      applicationName: '',
      deviceProfileId: '',
      deviceProfileName: '',
      deviceName: '',
      devEui: '',
      tags: {},
    },
    devAddr: '00000000',
    adr: true,
    dr: 5,
    fCnt: 1,
    fPort: 85,
    confirmed: false,
    object: { battery: 92, temperature: 30.8, humidity: 50.5, leakage_status: 'normal' },
    rxInfo: [{ gatewayId: '', uplinkId: 1, rssi: -70, snr: 9.5 }],
    txInfo: { frequency: 1, modulation: { lora: { bandwidth: 1, spreadingFactor: 7, codeRate: 'CR_4_5' } } },
  },
  milesightHistory: { history: [{ temperature: 27.2, humidity: 46.5, leakage_status: 'leak', timestamp: 1 }] },
} as const;

function phase<L extends string>(letter: L): Record<string, number> {
  const names = ['current', 'voltage', 'act_power', 'aprt_power', 'pf', 'freq'];
  return Object.fromEntries(names.map((name) => [`${letter}_${name}`, 1]));
}
