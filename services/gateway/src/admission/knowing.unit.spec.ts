import type { Admission, PlaceAsk, RequestAsk } from '@countersign/service';
import { expect, it } from 'vitest';
import { createKnowingAdmission } from './knowing.ts';

it('says with every question how far the gateway knows by then', async () => {
  const asked: (RequestAsk | PlaceAsk)[] = [];
  const free = (ask: RequestAsk | PlaceAsk) => {
    asked.push(ask);
    return { kind: 'admitted', rate: null } as const;
  };
  const admission: Admission = { request: free, place: free, reached: async () => true };
  let position = 7;
  const knowing = createKnowingAdmission(admission, () => position);
  const request = {
    by: { kind: 'user', id: 'ann', organization: 'acme' },
    traffic: null,
    amounts: [],
  } as const;
  await knowing.request(request);
  position = 9;
  const place = { organization: 'acme', gauge: 'users', subject: 'ann' } as const;
  await knowing.place(place);
  expect(asked).toEqual([
    { ...request, known: 7 },
    { ...place, known: 9 },
  ]);
});
