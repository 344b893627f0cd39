import type { FormulaName } from "./formulas.ts";
import type { RecipeName } from "./recipes.ts";

/** A layer as its author knows it. */
export interface LayerRow {
  readonly layer: string;
  /** Class names of TensorFlow.js Layers. */
  readonly layers: readonly string[];
  /** Operations of TensorFlow.js Graph models. */
  readonly graph: readonly string[];
  readonly onnx: readonly string[];
  /** What else it comes from. */
  readonly besides?: string;
  /** What an element costs: the sum of these; nothing if there is none. */
  readonly cost: readonly (FormulaName | RecipeName)[];
  /** Where it costs less, or what is left out. */
  readonly note?: string;
  /** File and name of the test. */
  readonly test: readonly [file: string, name: string];
}

const words = (list: string): string[] => list.split(" ").filter((word) => word !== "");
const lowering = (name: string): readonly [string, string] => ["lowerings.test.ts", name];

export const ROWS: readonly LayerRow[] = [
  {
    layer: "Dense, product with a constant matrix",
    layers: words("Dense"),
    graph: words("MatMul _FusedMatMul"),
    onnx: words("Gemm MatMul LinearRegressor LinearClassifier"),
    cost: ["row", "rescale"],
    note: "The last layer is not rescaled.",
    test: lowering("dense layers with ReLU, over an input with an offset"),
  },
  {
    layer: "Convolution of one or two dimensions: strides, dilation, padding, groups, depthwise",
    layers: words("Conv1D Conv2D DepthwiseConv2D SeparableConv2D"),
    graph: words("Conv2D _FusedConv2D DepthwiseConv2d DepthwiseConv2dNative FusedDepthwiseConv2dNative"),
    onnx: words("Conv"),
    cost: ["row", "rescale"],
    test: lowering("a depthwise, dilated convolution"),
  },
  {
    layer: "Batch normalisation, bias",
    layers: words("BatchNormalization"),
    graph: words("FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 BiasAdd"),
    onnx: words("BatchNormalization"),
    cost: [],
    note: "Folded into its neighbour; a row and a rescale where it has none.",
    test: ["simplify.test.ts", "folds batch normalisation into the convolution, also through a pooling"],
  },
  {
    layer: "Standardisation of inputs",
    layers: words("BatchNormalization"),
    graph: words("Sub Mul Div"),
    onnx: words("Scaler Sub Mul Div"),
    besides: "constants",
    cost: [],
    note: "Folded into the first layer.",
    test: ["classical.test.ts", "scale, regress and classify"],
  },
  {
    layer: "ReLU",
    layers: words("ReLU Activation"),
    graph: words("Relu"),
    onnx: words("Relu"),
    cost: ["rescale"],
    note: "It is the rescaling of the layer before.",
    test: ["estimate.test.ts", "adds up input, nodes and output"],
  },
  {
    layer: "ReLU6, clip",
    layers: words("ReLU Activation"),
    graph: words("Relu6 ClipByValue"),
    onnx: words("Clip"),
    cost: ["clip"],
    note: "As a ReLU where the bound is not reached.",
    test: lowering("a clip with both bounds inside"),
  },
  {
    layer: "Leaky ReLU, sigmoid, tanh, GELU and any other function of one number",
    layers: words("LeakyReLU ELU Activation"),
    graph: words(
      "LeakyRelu Elu Selu Sigmoid Tanh Softplus Softsign Erf Exp Log Sqrt Rsqrt Square Pow Abs Sign Floor Inv Reciprocal",
    ),
    onnx: words(
      "LeakyRelu PRelu Elu Selu Sigmoid HardSigmoid Tanh Gelu Swish Mish HardSwish Softplus Softsign Erf Exp Log Sqrt Pow Reciprocal Abs Sign Floor",
    ),
    cost: ["table"],
    test: lowering("by a table"),
  },
  {
    layer: "Max pooling, also padded, global and over an axis",
    layers: words("MaxPooling1D MaxPooling2D GlobalMaxPooling1D GlobalMaxPooling2D"),
    graph: words("MaxPool Max"),
    onnx: words("MaxPool GlobalMaxPool ReduceMax"),
    cost: ["max"],
    test: lowering("padded, overlapping max pooling of signed values"),
  },
  {
    layer: "Average pooling, also global; mean and sum over an axis",
    layers: words("AveragePooling1D AveragePooling2D GlobalAveragePooling1D GlobalAveragePooling2D"),
    graph: words("AvgPool Mean Sum"),
    onnx: words("AveragePool GlobalAveragePool ReduceMean ReduceSum"),
    cost: ["row", "shift"],
    note: "The row alone before a dense layer or convolution that takes the sums in.",
    test: lowering("average pooling between convolutions"),
  },
  {
    layer: "Sum, difference and mean of branches",
    layers: words("Add Subtract Average"),
    graph: words("Add AddV2 AddN Sub Neg"),
    onnx: words("Add Sum Sub Neg"),
    cost: ["row", "rescale"],
    note: "Scales are reconciled by the multipliers of the row.",
    test: lowering("a residual block"),
  },
  {
    layer: "Product of branches",
    layers: words("Multiply"),
    graph: words("Mul SquaredDifference RealDiv"),
    onnx: words("Mul Div"),
    cost: ["product", "rescale"],
    note: "A division is a product with a table of reciprocals.",
    test: lowering("a product of branches"),
  },
  {
    layer: "Larger or smaller of branches",
    layers: words("Maximum Minimum"),
    graph: words("Maximum Minimum"),
    onnx: words("Max Min"),
    cost: ["row", "row", "max", "rescale"],
    note: "n = 2.",
    test: lowering("a maximum of branches"),
  },
  {
    layer: "Product of two computed matrices, attention's two",
    layers: words("Dot"),
    graph: words("MatMul BatchMatMul BatchMatMulV2"),
    onnx: words("MatMul"),
    cost: ["matrix", "shift"],
    test: lowering("a product of matrices"),
  },
  {
    layer: "Softmax, within a model",
    layers: words("Softmax Activation"),
    graph: words("Softmax"),
    onnx: words("Softmax"),
    cost: ["softmax"],
    note: "A last one is left out: it changes no order.",
    test: lowering("softmax as scores"),
  },
  {
    layer: "Layer normalisation",
    layers: words("LayerNormalization"),
    graph: [],
    onnx: words("LayerNormalization"),
    besides: "graphs that spell it out",
    cost: ["layerNorm"],
    test: lowering("layer normalisation as scores"),
  },
  {
    layer: "Embedding",
    layers: words("Embedding"),
    graph: words("Gather GatherV2"),
    onnx: words("Gather"),
    cost: ["oneHot"],
    test: [
      "encoder.test.ts",
      "pay for the one-hot vectors alone: rows are linear, and beyond the table the last one is read",
    ],
  },
  {
    layer: "Reshape, flatten, transpose, slice, split, concatenate, pad, repeat",
    layers: words("Flatten Reshape Permute Concatenate ZeroPadding2D Cropping2D RepeatVector UpSampling2D"),
    graph: words(
      "Reshape Squeeze ExpandDims Transpose ConcatV2 Concat Pack Pad PadV2 Tile BroadcastTo Slice StridedSlice Split SplitV Unpack",
    ),
    onnx: words("Reshape Flatten Squeeze Unsqueeze Transpose Expand Slice Split Concat Pad"),
    cost: [],
    note: "Branches of other scales are rescaled before they are joined.",
    test: lowering("pad, slice, transpose and broadcast"),
  },
  {
    layer: "What does nothing to an answer, or is known before it",
    layers: words(
      "InputLayer Sequential Functional Dropout SpatialDropout1D AlphaDropout GaussianDropout GaussianNoise",
    ),
    graph: words(
      "Placeholder Const Identity IdentityN StopGradient Snapshot PreventGradient Cast Shape Rank Size Fill Range Prod",
    ),
    onnx: words("Identity Dropout Cast"),
    cost: [],
    test: ["arithmetic.test.ts", "computes constants from constants before anything else"],
  },
  {
    layer: "Decision trees, forests, boosted trees",
    layers: [],
    graph: [],
    onnx: words("TreeEnsembleClassifier TreeEnsembleRegressor"),
    besides: "XGBoost, LightGBM",
    cost: ["trees"],
    test: ["trees.test.ts", "takes the side that the trees take for every byte, at every threshold"],
  },
  {
    layer: "Answer: the index of the largest score",
    layers: [],
    graph: [],
    onnx: words("ArgMax ZipMap Normalizer LogSoftmax"),
    besides: '`output: "argmax"`',
    cost: ["argmax"],
    test: [
      "attacks.test.ts",
      "accepts exactly one outcome of the comparisons: the true one, the lowest index on a tie",
    ],
  },
  {
    layer: "Answer: the k largest scores' indices",
    layers: [],
    graph: [],
    onnx: words("TopK"),
    besides: "`output` with `topK`",
    cost: ["topK"],
    test: [
      "moreAttacks.test.ts",
      "accepts exactly one pair of winners: the largest first, the lower index first on a tie",
    ],
  },
  {
    layer: "Answer: raw scores",
    layers: [],
    graph: [],
    onnx: [],
    besides: '`output: "scores"`',
    cost: ["scores"],
    test: ["compileModel.test.ts", "with scores within 3 % of the float model's largest"],
  },
];
