import { sealingBench } from './index.ts';

const figures = await sealingBench();
const floor = figures[0]!.micros;
for (const { what, micros } of figures) {
  console.log(`${micros.toFixed(2).padStart(8)} us  ${(micros / floor).toFixed(2).padStart(5)}x  ${what}`);
}
