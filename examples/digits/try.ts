import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { Random } from "@verimesh/core";
import { loadBackend, registerTrainingKernels } from "@verimesh/executor";
import { loadDigits } from "./data.ts";
await loadBackend("wasm"); registerTrainingKernels();
const { training, heldOut } = await loadDigits();
const N = training.length;
const flat = (l: any[]) => { const f = new Float32Array(l.length*784); l.forEach((s,i)=>f.set(s.features,i*784)); return tf.tensor4d(f,[l.length,28,28,1]); };
const X = flat(training as any), xs = flat(heldOut as any);
const Y = tf.oneHot(tf.tensor1d(training.map((d) => d.label), "int32"), 10);
const configs: [string, [number,number,number][], number, number, number, number][] = [
  ["5x5/3x3 s1", [[8,5,3],[16,3,2]], 1, 64, 10, .006],
  ["7x7/4x4 s1", [[8,7,3],[16,4,2]], 1, 64, 10, .006],
  ["7x7/4x4 s2", [[8,7,3],[16,4,2]], 2, 64, 10, .006],
  ["7x7/4x4 b32", [[8,7,3],[16,4,2]], 1, 32, 8, .004],
];
for (const [name, convs, shift, B, E, lr] of configs) {
  const t = Date.now(); const c0 = process.cpuUsage();
  const m = layers.sequential();
  convs.forEach(([f,k,s], i) => m.add(layers.layers.conv2d({ ...(i===0?{inputShape:[28,28,1]}:{}), filters:f,kernelSize:k,strides:s,activation:"relu",kernelInitializer: layers.initializers.heNormal({seed:7+i}) } as any)));
  m.add(layers.layers.flatten());
  m.add(layers.layers.dense({units:10,activation:"softmax",kernelInitializer: layers.initializers.heNormal({seed:9})}));
  const opt = tf.train.adam(lr);
  m.compile({optimizer: opt, loss:"categoricalCrossentropy"});
  const random = new Random(7); const order = Array.from({length:N},(_, i)=>i);
  let loss = 0, step=0; const steps=E*Math.ceil(N/B);
  for (let e=1;e<=E;e++){ random.shuffle(order); loss=0;
    for (let s=0;s+B<=N;s+=B){ (opt as any).learningRate = lr*.5*(1+Math.cos(Math.PI*step++/steps)); const idx=tf.tensor1d(order.slice(s,s+B),"int32"); const y=tf.gather(Y,idx);
      const dx=random.integer(-shift,shift), dy=random.integer(-shift,shift);
      const x=tf.tidy(()=>{const g=tf.gather(X,idx); return shift? tf.slice(tf.pad(g,[[0,0],[shift,shift],[shift,shift],[0,0]]),[0,shift+dy,shift+dx,0],[B,28,28,1]):g});
      loss += (await m.trainOnBatch(x,y)) as number; tf.dispose([idx,x,y]); } }
  const p = tf.argMax(m.predict(xs) as tf.Tensor,-1).dataSync();
  console.log(name, "acc", heldOut.filter((d,i)=>d.label===p[i]).length/heldOut.length, "loss", loss/(N/B), "s", (Date.now()-t)/1000, "cpu", process.cpuUsage(c0).user/1e6);
}
process.exit(0);
