import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeardDevices } from './heard-devices.ts';
import type { HeardDevice } from './transaction.ts';

const heard: fc.Arbitrary<HeardDevice> = fc.record({
  device: fc.constantFrom('meter-1', 'lift-1', '__proto__'),
  family: fc.constantFrom('keepsite', 'tasmota'),
  lastHeardAt: fc.nat(),
  online: fc.constantFrom(true, false, null),
  silentSince: fc.option(fc.nat()),
  lastTopic: fc.constantFrom('', 'tele/meter-1/SENSOR'),
  writtenAt: fc.nat(),
});
const changes = fc.array(fc.record({ heard, isForgotten: fc.boolean() }));

test('devices are told as a map of them would tell them', () => {
  fc.assert(
    fc.property(fc.array(heard), changes, (saved, all) => {
      const plain = new Map(saved.map((it) => [it.device, it]));
      const devices = new HeardDevices(saved);
      for (const { heard: it, isForgotten } of all) {
        if (isForgotten) {
          plain.delete(it.device);
          devices.delete(it.device);
        } else {
          plain.set(it.device, it);
          devices.set(it.device, it);
        }
        expect(devices.get(it.device)).toEqual(plain.get(it.device));
      }
      expect(new Set(devices.keys())).toEqual(new Set(plain.keys()));
      expect(new Set(devices.silent())).toEqual(
        new Set([...plain.values()].filter(({ silentSince }) => silentSince !== null).map(({ device }) => device)),
      );
      expect(devices.get('nobody')).toBeUndefined();
    }),
  );
});
