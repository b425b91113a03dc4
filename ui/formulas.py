r"""The formulas of the estimates: in words, in symbols, and the figures each of them uses.

Text follows the module docstrings of ``calculators/estimators``; every figure is looked up in the
price book by the name given here. ``tests/ui/test_method_page.py`` checks that the terms listed
are those of the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Formula:
    """One thing that is estimated.

    ``terms`` are the learnt terms of ``form``, in words; ``fits`` are (coefficient, scope, words)
    of estimator_fits; ``assumed`` are names of assumptions.
    """

    title: str
    words: str
    latex: tuple[str, ...]
    symbols: tuple[tuple[str, str], ...]
    form: str = ""
    terms: Mapping[str, str] = field(default_factory=dict)
    fits: tuple[tuple[str, str, str], ...] = ()
    assumed: tuple[str, ...] = ()


_T = ("T", "time")
_I = ("I", "tokens of the prompt")
_NEW = ("I'", "tokens of the prompt not found in the prefix cache")
_O = ("O", "tokens of the answer")
_ACTIVE = ("A", "parameters that work on a token")
_PARAMS = ("P", "all parameters")
_LAYERS = ("L", "layers")
_HIDDEN = ("h", "width of a layer")
_N = ("n", "accelerators that hold one copy of the model")
_FLOPS = ("F", "specified FLOP/s of one accelerator at the number format")
_BYTES = (r"\beta", "specified memory bandwidth of one accelerator, bytes/s")
_MEMORY = ("M", "memory of one accelerator")
_CACHE = ("K", "bytes of key-value cache per token")
_BATCH = ("B", "answers worked on at once")
_WEIGHTS = ("W", "bytes of all weights")
_TOUCHED = ("W_A", "bytes of the weights one token touches")
_TICK = (r"\tau", "one millisecond, a yardstick: what is learnt turns it into the true cost")

COMMON = Formula(
    "One form for all",
    "The time of a piece of work is a sum over resources: arithmetic, bytes moved, launches, "
    "traffic between accelerators. Each is what it would take at the specified rate, times how "
    "much slower software is on it. That factor is learnt from all measured rows together: an "
    "overall figure, plus effects of the generation, the accelerator, the network, the software "
    "and so on. What was never seen keeps no effect and widens the range. No factor depends on "
    "lengths or rates, so more work never takes less time and a faster part never takes more.",
    (r"T = \sum_k w_k \; e^{\,\sum_j x_{jk}\theta_j}",),
    (
        ("w_k", "time resource k would need at its specified rate"),
        ("x_{jk}", "1 where effect j applies to this work and resource, else 0"),
        (
            r"\theta_j",
            (
                "learnt effect; for arithmetic e to the minus sum is the MFU (share of peak "
                "arithmetic reached), for bytes the MBU (share of peak bandwidth)"
            ),
        ),
    ),
    fits=(
        ("loose", "lengths unstated", "scatter of a row without lengths, over one with them"),
        ("loose", "format unstated", "scatter of a row without its number format, likewise"),
    ),
)

FULL_LOAD = Formula(
    "Language model at full load",
    "Machine time of one request among as many as fit. The batch is what memory leaves for the "
    "cache, bounded by the largest batch software runs. A machine holds as many copies as fit; a "
    "copy spans the smallest power of two of accelerators that holds the model, or twice that "
    "where the machine then answers more. No estimate is faster than the arithmetic at the full "
    "rate or the bytes at the full bandwidth.",
    (
        r"w_\text{prefill} = \frac{2AI' + 2LhI'I}{nF}",
        r"w_\text{decode} = \frac{2AO}{nF}",
        r"w_\text{launch} = \frac{O\tau}{B}",
        r"w_\text{cache} = \frac{O\,K\,(I + O/2)}{n\beta}",
        r"w_\text{weights} = \frac{O\,W(B)}{n\beta B}",
        r"w_\text{link} = \frac{4Lh \cdot 2\,(I'+O)}{\ell} \cdot \frac{n-1}{n}",
        r"W(B) = W\left(1 - \left(1 - A/P\right)^B\right)",
        r"\frac{1}{B} = \frac{1}{B_\text{memory}} + \frac{1}{B_\text{max}}",
        r"B_\text{memory} = \frac{u\,nM - W}{K\,(I + rO)}",
        r"\text{requests/s of a machine} = \frac{\text{copies}}{T}",
    ),
    (
        _I,
        _NEW,
        _O,
        _ACTIVE,
        _PARAMS,
        _LAYERS,
        _HIDDEN,
        _N,
        _FLOPS,
        _BYTES,
        _MEMORY,
        _CACHE,
        _BATCH,
        _WEIGHTS,
        (
            "W(B)",
            (
                "bytes of the weights a step of B answers touches: all of "
                "them, or the experts that B tokens reach"
            ),
        ),
        (r"\ell", "link between accelerators, bytes/s"),
        _TICK,
        ("u", "share of the memory that may be used"),
        ("r", "share of an answer that is in the cache on average when batches are planned"),
    ),
    "llm_load",
    {
        "prefill": "reading the prompt",
        "decode": "arithmetic of the answer",
        "cache": "reading the cache",
        "weights": "reading the weights",
        "launch": "starting each step",
        "link": "traffic between accelerators",
    },
    (
        ("usable_memory", "", "u, share of the memory that may be used"),
        ("llm_batch_max", "", "largest batch"),
        ("resident_output", "", "r, share of an answer in the cache"),
        ("weight_bytes", "fp16", "bytes of a weight at 16 bits"),
        ("weight_bytes", "int4", "bytes of a weight at 4 bits, scales included"),
        ("kv_bytes", "fp16", "bytes of a cache entry at 16 bits"),
        ("kv_bytes", "fp8", "bytes of a cache entry at FP8"),
    ),
)

FIRST_TOKEN = Formula(
    "First token (TTFT)",
    "Reading the prompt, the weights once, and starting every layer. Measured rows under load also "
    "wait for others; an answer we estimate is one request alone.",
    (
        r"w_\text{prefill} = \frac{2AI' + 2LhI'I}{nF}",
        r"w_\text{weights} = \frac{W_A}{n\beta}",
        r"w_\text{launch} = \tau\frac{L}{32}",
        r"w_\text{link} = \tau\frac{L}{32}\log_2 n",
        r"w_\text{queue} = (w_\text{prefill} + w_\text{weights})\,\frac{\rho}{1-\rho}",
        r"w_\text{flood} = 100\,w_\text{prefill}",
    ),
    (
        _I,
        _NEW,
        _ACTIVE,
        _LAYERS,
        _HIDDEN,
        _N,
        _FLOPS,
        _BYTES,
        _TOUCHED,
        _TICK,
        (
            r"\rho",
            (
                "share of the machine that others keep busy, in rows measured under a stated "
                "load; the flood is for rows where every request was sent at once"
            ),
        ),
    ),
    "llm_first_token",
    {
        "prefill": "reading the prompt",
        "weights": "reading the weights",
        "launch": "starting each layer",
        "link": "traffic between accelerators",
        "queue": "waiting for others",
        "flood": "every request at once",
    },
    (("prior_mfu", "", "share of peak arithmetic taken for the load of others"),),
)

TOKEN = Formula(
    "Each further token (TPOT), and the whole answer",
    "One token reads the weights it touches and the cache. The answer is the first token and all "
    "others.",
    (
        r"w_\text{weights} = \frac{W_A}{n\beta}",
        r"w_\text{cache} = \frac{K(I + O/2)}{n\beta}",
        r"w_\text{launch} = \tau\frac{L}{32}",
        r"w_\text{link} = \tau\frac{L}{32}\log_2 n",
        r"T_\text{answer} = T_\text{first} + (O - 1)\,T_\text{token}",
    ),
    (
        _I,
        _O,
        _LAYERS,
        _N,
        _BYTES,
        _CACHE,
        _TOUCHED,
        _TICK,
        ("w_\\text{load}", "what company of others adds, in rows measured under load"),
    ),
    "llm_token",
    {
        "weights": "reading the weights",
        "cache": "reading the cache",
        "launch": "starting each layer",
        "link": "traffic between accelerators",
        "load": "company of others",
    },
)

ONE_PASS = Formula(
    "Networks that answer in one pass: vision, encoders, speech, images, recommenders",
    "Seconds per request on one accelerator. Arithmetic alone misjudges a convolutional network "
    "up to tenfold: its time is memory traffic. Where the activations are not known they follow a "
    "power law of the arithmetic; where the arithmetic is not known only measured rows of the same "
    "network can say anything, and without them the estimate is refused.",
    (
        r"w_\text{arithmetic} = \frac{2\,\text{MACs}}{F}",
        r"w_\text{weights} = \frac{W}{\beta b}",
        r"w_\text{activations} = \frac{E\,e}{\beta}",
        r"w_\text{launch} = \frac{\tau}{b}",
        r"E = a\,\text{GMACs}^{\,p} \;\; \text{where not known}",
    ),
    (
        ("\\text{MACs}", "multiply-adds of one request"),
        _FLOPS,
        _BYTES,
        ("E", "elements of the activations"),
        ("e", "bytes of an element"),
        _WEIGHTS,
        ("b", "requests in a batch: the full batch for throughput, 1 for one alone"),
        _TICK,
    ),
    "network",
    {
        "arithmetic": "multiply-adds",
        "activations": "moving activations",
        "weights": "reading the weights",
        "launch": "starting the batch",
    },
    (
        ("full_batch", "", "full batch b"),
        ("activations_scale", "", "a, million elements at one GMAC"),
        ("activations_power", "", "p"),
    ),
)

DEVICE_NETWORK = Formula(
    "Small networks on devices",
    "Multiply-adds, activations and a fixed part, on the unit (NPU, GPU or CPU) and software that "
    "commonly run on the platform. Chips have no comparable specification, so the rates below are "
    "yardsticks: what a chip's unit really reaches is learnt.",
    (
        r"w_\text{arithmetic} = \frac{\text{MACs}}{10^{12}}",
        r"w_\text{activations} = \frac{E}{10^{10}}",
        r"w_\text{fixed} = \tau",
        r"T_\text{sustained} = T / s",
    ),
    (
        ("\\text{MACs}", "multiply-adds of one request"),
        ("E", "elements of the activations"),
        _TICK,
        ("s", "share of the first minute's speed that sustained use keeps"),
    ),
    "device_network",
    {
        "arithmetic": "multiply-adds",
        "activations": "moving activations",
        "fixed": "starting a pass",
    },
    (
        ("device_sustained", "phone", "s of a phone"),
        ("device_sustained", "tablet", "s of a tablet"),
        ("device_sustained", "laptop", "s of a laptop"),
    ),
    ("app_overhead_ms",),
)

DEVICE_TOKEN = Formula(
    "Language models on devices: writing",
    "A token reads the weights it touches over the memory bandwidth, and a fixed part.",
    (r"w_\text{weights} = \frac{W_A}{\beta}", r"w_\text{fixed} = \tau"),
    (_TOUCHED, (r"\beta", "memory bandwidth of the device, bytes/s"), _TICK),
    "device_token",
    {"weights": "reading the weights", "fixed": "starting a step"},
    (("assumed_bandwidth", "", "bandwidth where none is stated, GB/s"),),
)
DEVICE_PROMPT = Formula(
    "Language models on devices: reading the prompt",
    "Each prompt token takes its arithmetic; the yardstick is one TFLOP/s. The first word comes "
    "after the prompt and one token, the answer after all others.",
    (
        r"w_\text{arithmetic} = \frac{2A}{10^{12}}",
        r"T_\text{first} = T_\text{token} + I'\,T_\text{prompt token}",
        r"T_\text{answer} = T_\text{first} + (O-1)\,T_\text{token}",
    ),
    (_ACTIVE, _NEW, _O),
    "device_prompt",
    {"arithmetic": "arithmetic of a prompt token"},
)
DEVICE_SPEECH = Formula(
    "Speech on devices",
    "The encoder hears the audio in whole windows; the decoder reads its weights again for every "
    "token it writes. The yardstick of the encoder is one TFLOP/s. Networks whose two parts nobody "
    "states count as encoder alone.",
    (
        r"w_\text{arithmetic} = \frac{2\,P_e\,f\,\lceil a/w \rceil w}{10^{12}}",
        r"w_\text{weights} = \frac{v\,a\,W_d}{\beta}",
        r"w_\text{tokens} = v\,a\,\tau",
    ),
    (
        ("P_e", "parameters of the encoder"),
        ("f", "positions it sees of a second of audio"),
        ("a", "seconds of audio"),
        ("w", "seconds of a window"),
        ("v", "tokens written for a second of audio"),
        ("W_d", "bytes of the decoder's weights"),
        (r"\beta", "memory bandwidth of the device, bytes/s"),
        _TICK,
    ),
    "device_speech",
    {
        "arithmetic": "arithmetic of the encoder",
        "weights": "reading the decoder's weights",
        "tokens": "starting a step of the decoder",
    },
    (
        ("speech_tokens", "encoder", "f, a second of audio"),
        ("speech_tokens", "decoder", "v, a second of audio"),
    ),
)
DEVICE_LOAD = Formula(
    "Loading a model on a device",
    "The file is read; the first time it is also prepared for a neural unit. The yardstick is one "
    "GB a second.",
    (r"w_\text{file} = \frac{W}{10^9}",),
    (_WEIGHTS,),
    "device_load",
    {"file": "reading, and the first time preparing, the file"},
)
HEAT = Formula(
    "Devices that warm up",
    "Two speeds are worked out: that of the first minute, and that after minutes on end. One use "
    "of m minutes moves from the first to the second with the logarithm of its minutes; minutes on "
    "end take the second.",
    (
        r"T = T_1\left(\frac{T_{10}}{T_1}\right)^h",
        r"h = \frac{\ln(m / m_1)}{\ln(m_{10} / m_1)}, \quad 0 \le h \le 1",
    ),
    (
        ("T_1", "time in the first minute"),
        ("T_{10}", "time after minutes on end"),
        ("m_1, m_{10}", "minutes until it slows down, and until it has"),
    ),
    "",
    {},
    (),
    ("heat_starts_minutes", "heat_settles_minutes"),
)
ENERGY = Formula(
    "Energy, battery and wear",
    "Energy is power while computing over the screen-on baseline, times the time of the answer; "
    "never below a tenth of that power. Power of language models is learnt; of other networks it "
    "is a stated range by device and unit. Sending instead costs the radio's energy per MB and its "
    "tail.",
    (
        r"E = \max(P_w - P_0,\; 0.1\,P_w) \cdot T",
        r"\text{battery \% a day} = 100\,\frac{E \cdot q}{3600\,\text{Wh}}",
        (
            r"\text{wear} = \frac{\text{Wh drawn} \cdot \text{battery price}}{\text{cycles} \cdot "
            r"\text{Wh}}"
        ),
        (
            r"E_\text{radio} = \text{MB}_\uparrow j_\uparrow + \text{MB}_\downarrow j_\downarrow + "
            r"E_\text{tail}"
        ),
    ),
    (
        ("P_w", "power while computing, W"),
        ("P_0", "power with the screen on alone, W"),
        _T,
        ("q", "requests of a user on an active day"),
        (r"\text{Wh}", "energy of a full battery"),
        ("j", "energy of the radio per MB sent or received"),
        (r"E_\text{tail}", "energy of the radio staying awake afterwards"),
    ),
    "device_power",
    {"power": "power of a language model, of 1 W"},
    (
        ("device_baseline", "phone/llm", "P_0 taken off a phone's power, W"),
        ("device_power", "phone/npu", "power of a phone's NPU, W"),
        ("device_power", "phone/cpu", "power of a phone's CPU, W"),
        ("device_power", "laptop/gpu", "power of a laptop's GPU, W"),
    ),
    ("charger_efficiency", "radio_up_j_per_mb_5g", "radio_tail_j_5g"),
)
TRAINING = Formula(
    "Training",
    "Arithmetic of the job over the rate training reaches; that share (MFU) is learnt by "
    "generation, software, method and size of the cluster. A token costs arithmetic for the "
    "forward and the backward pass, less where most weights are frozen (LoRA). Energy is the "
    "accelerators' rated power, a share of it, times the hours.",
    (
        r"T = \frac{\text{FLOPs}}{nF} \, e^{\,\sum_j \theta_j}",
        r"\text{FLOPs} = c\,(A + Lhs) \cdot \text{tokens}",
        r"\text{FLOPs} = c\,\text{MACs} \cdot \text{samples}",
        r"\text{kWh} = n \cdot \text{TDP} \cdot p \cdot \text{hours}",
    ),
    (
        ("c", "FLOPs per parameter and token, by method"),
        _ACTIVE,
        _LAYERS,
        _HIDDEN,
        ("s", "tokens of a sequence"),
        ("n", "accelerators of the job"),
        _FLOPS,
        ("\\text{MACs}", "multiply-adds of one forward pass, for networks that read no tokens"),
        ("\\text{TDP}", "rated power of an accelerator"),
        ("p", "share of it drawn in training"),
    ),
    "training",
    {"arithmetic": "arithmetic of the job"},
    (
        ("training_flops", "fine_tune", "c, all weights"),
        ("training_flops", "lora", "c, LoRA"),
        ("training_sequence", "", "s, tokens"),
        ("training_power_share", "", "p"),
    ),
    ("spot_interruption_overhead",),
)
FINE_TUNING = Formula(
    "Fine-tuning",
    "A run is arithmetic, sweeps over the weights and launches once a micro-batch, loading of the "
    "examples, and starting once. Small batches, adapters and weights of 4 bits spend most of it "
    "in the sweeps. Untuned software works on more tokens than the data have: it pads.",
    (
        r"T = T_a + T_b + \frac{E}{n} t_e e^{\theta_e} + t_0 e^{\theta_0}",
        r"T_a = \frac{\text{FLOPs}}{nF} e^{\theta_a}",
        r"T_b = \frac{B}{n}\left(\frac{k P}{\beta} e^{\theta_s} + L t_l e^{\theta_l}\right)",
    ),
    (
        ("n", "accelerators of the run"),
        _FLOPS,
        ("B", "micro-batches"),
        ("k", "bytes read for a parameter in a micro-batch"),
        _PARAMS,
        ("\\beta", "memory bandwidth of an accelerator"),
        _LAYERS,
        ("t_l", "launches of a layer"),
        ("E", "examples"),
        ("t_e", "reading an example, by kind of network"),
        ("t_0", "starting"),
    ),
    "fine_tune",
    {
        "arithmetic": "arithmetic of the run",
        "sweeps": "sweeps over the weights",
        "launches": "launches of kernels",
        "loading": "loading of examples",
        "starting": "starting and compiling",
    },
    (
        ("tune_swept_bytes", "", "k, bytes"),
        ("tune_launch_seconds", "", "t_l, s"),
        ("tune_loading_seconds", "vision", "t_e of a picture, s"),
        ("tune_starting_seconds", "", "t_0, s"),
        ("tune_micro_batch", "llm", "examples of a micro-batch, language models"),
        ("tune_padding", "standard", "tokens worked on for each of the data, standard software"),
    ),
    ("training_evaluation_share",),
)
SOFTWARE_GAP = Formula(
    "Language models: other serving software",
    "Other software takes longer for the same step by a factor on its kernels and by time of its "
    "own between steps, per step and per answer in it. The gap is small where a step is long and "
    "large where it is short: many answers, small networks, new cards.",
    (
        r"T_\text{other} / T_\text{tuned} = e^{\theta_k} + \frac{\Delta}{\text{tuned step}}",
        r"\Delta = e^{\theta_s} \, \text{1 ms} + e^{\theta_a} \, 10\,\mu\text{s} \cdot B",
    ),
    (_BATCH,),
    "stack",
    {
        "kernels": "kernels, times the tuned step",
        "step": "own time of a step, times 1 ms",
        "sequence": "own time of an answer in a step, times 10 µs",
    },
)
MEMORY = Formula(
    "Memory: what fits",
    "Weights and at least the cache of one request must fit into the usable share of the memory; "
    "in training weights, gradients, optimizer state and activations. On a device weights, cache "
    "and the buffers that nine of ten measured runs stayed under must fit into what an app may "
    "use, a share of the memory by system, size and year, and less in a browser. What does not "
    "fit is refused with its figures.",
    (
        r"W + K(I + rO) \le u\,nM",
        r"W + K(I + O) + B \le u_\text{app}\,M \;\; \text{(device)}",
        r"P\,g\,(1 + x) \le u\,nM \;\; \text{(training)}",
        r"K = 2 \cdot L \cdot \text{heads}_{kv} \cdot d \cdot \text{bytes}",
    ),
    (
        _WEIGHTS,
        _CACHE,
        _I,
        _O,
        _PARAMS,
        _LAYERS,
        _N,
        _MEMORY,
        ("u", "usable share of an accelerator's memory"),
        (r"u_\text{app}", "share of a device's memory an app may use"),
        ("B", "buffers a run on a device holds at its peak"),
        ("g", "bytes of training state per parameter"),
        ("x", "activations, share of the state"),
        ("d", "width of an attention head"),
        (r"\text{heads}_{kv}", "heads that keep keys and values"),
    ),
    fits=(
        ("usable_memory", "", "u"),
        ("training_state_bytes", "fine_tune", "g, all weights"),
        ("training_state_bytes", "lora", "g, LoRA"),
        ("training_state_bytes", "lora/int4", "g, LoRA on 4-bit weights"),
        ("training_activation_share", "", "x"),
    ),
)
FLEET = Formula(
    "Load and fleet: from one machine to all",
    "Answers take longer the fuller a copy is; load is its rate over what it answers when full. "
    "In the busiest hour a copy is planned for the smaller of the load you allow and the load at "
    "which 95 of 100 answers meet every budget. Times shown are those of all requests of a day, "
    "each hour with its own load. A machine that sleeps is billed from start to stop; who comes "
    "meanwhile waits for the start or is refused.",
    (
        r"T(\rho) = \frac{T(0)}{1 - s \rho}, \quad s = 1 - \frac{T(0)}{T(1)}",
        r"\text{at once} = \lambda\,T \quad \text{(Little)}",
        r"\lambda_\text{peak} = m\,\lambda_\text{mean}",
        (
            r"\text{machines} = \left\lceil \frac{1}{k} \left\lceil \frac{\lambda_\text{peak}}"
            r"{\mu \, \rho_\text{usable}} \right\rceil \right\rceil + \text{spares}"
        ),
        r"\text{busy share} = \frac{\lambda_\text{mean}}{\text{paid capacity}}",
        r"T_\text{network} = \text{trips} \cdot \text{RTT} + \frac{8\,\text{kB}}{\text{Mbit/s}}",
        (
            r"\text{asleep: a share } \frac{1}{e^{\lambda (T + T_\text{idle})} "
            r"+ \lambda T_\text{start}}"
        ),
    ),
    (
        (r"\lambda", "requests a second: those of a month over its seconds"),
        (r"\rho", "load of a copy: its rate over what it answers when full"),
        ("m", "peak over mean (your input)"),
        (r"\mu", "requests/s of one copy at full load"),
        ("k", "copies on a machine"),
        (r"\rho_\text{usable}", "highest load planned for: what you allow, or what budgets leave"),
        (r"\text{RTT}", "time to the server and back"),
        (r"T_\text{idle}", "time a worker waits for the next request"),
        (r"T_\text{start}", "time a worker takes to start"),
    ),
    assumed=(
        "answer_length_spread_text_generation",
        "answer_length_spread_translation",
        "p95_to_p50_network",
        "round_trips_per_request",
        "serverless_idle_seconds",
        "serverless_start_seconds",
    ),
)

FORMULAS: tuple[Formula, ...] = (
    COMMON,
    FULL_LOAD,
    FIRST_TOKEN,
    TOKEN,
    ONE_PASS,
    DEVICE_NETWORK,
    DEVICE_TOKEN,
    DEVICE_PROMPT,
    DEVICE_SPEECH,
    DEVICE_LOAD,
    HEAT,
    ENERGY,
    TRAINING,
    FINE_TUNING,
    SOFTWARE_GAP,
    MEMORY,
    FLEET,
)

EFFECTS: Mapping[str, str] = {
    "generation": "generation and number format",
    "generation_memory": "memory of a generation",
    "launcher": "software on this accelerator",
    "job_rate": "job on this generation",
    "job_spread": "job on several accelerators",
    "machine": "accelerator as a whole",
    "experts": "mixture of experts",
    "spread": "number of accelerators",
    "engine": "software",
    "document": "publication",
    "pair": "network on this accelerator",
    "mode": "batch or latency limit",
    "dataset": "lengths not stated",
    "guessed": "number format not stated",
    "precision": "number format",
    "served": "under load",
    "several": "several accelerators",
    "format": "number format on this hardware",
    "saturated": "every request at once",
    "unsized": "arithmetic not known",
    "rate": "accelerator at a number format",
    "kin": "family of the network",
    "model": "network",
    "software": "network with this software",
    "alone": "one request alone",
    "round": "round of a benchmark",
    "unit": "NPU, GPU or CPU",
    "family": "kind of device",
    "year": "year of the chip",
    "series": "line of the maker",
    "chip_format": "chip at a number format",
    "engine_format": "software at a number format",
    "engine_chip": "software on this chip",
    "in_app": "inside an app",
    "model_unit": "network on this unit",
    "model_format": "network at a number format",
    "unknown_bandwidth": "bandwidth not stated",
    "sustained": "long use",
    "sustained_engine": "long use of this software",
    "task": "kind of work",
    "engine_rate": "software on this generation",
    "kind": "kind of network",
    "length": "length of the sequences",
    "size": "size of the network",
    "loader": "software that reads the data",
    "variant": "kind of adapter",
    "kernels": "attention kernels, or weights kept outside",
    "lengths": "lengths not stated",
    "data": "kind of data",
    "reach": "memory bandwidth of the chip",
    "speaks": "whether it writes words",
    "streaming": "audio that comes live",
    "chunk": "length of the pieces heard",
    "vague": "set-up not stated",
    "threads": "number of threads",
    "when": "first or later load",
    "of": "what the power is of",
}
"""Kind of learnt effect -> words; kinds not here read as they are."""


def effect(name: str) -> str:
    """Words of a kind of effect."""
    return EFFECTS.get(name, name.replace("_", " "))


LEFT_OUT = (
    "Vendors' APIs: nobody publishes how long they compute, so their answer time stays unknown.",
    (
        "Speculative decoding, several adapters on one model, and prefill on machines apart, "
        "unless a measured row used them."
    ),
    (
        "Prompts far longer than any measured: attention is counted, but its software was not seen "
        "there."
    ),
    "Two programs sharing one accelerator or one phone, and a phone in the sun.",
    "Loading a model onto a server: a machine that was asleep is a warning, not a figure.",
    (
        "Reading and preparing data in training, and time lost to failed machines (spot "
        "interruptions are counted)."
    ),
    (
        "Quality: a smaller number format is faster, and whether its answers are good enough is "
        "not judged here."
    ),
)
"""What the estimates leave out, in plain words."""
