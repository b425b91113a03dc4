"""Published runs of fine-tuning are read as they are written."""

from __future__ import annotations

import pytest

from benchmarks.cases import Names
from benchmarks.tune_rows import (
    COLUMNS,
    Lacking,
    active_of,
    context_of,
    data_of,
    engine_of,
    kernels_of,
    kind_of,
    longest_of,
    method_of,
    model_of,
    origin_of,
    padding_of,
    part_of,
    run_of,
)

NAMES = Names(
    {("model", "llama3.18b"): "llama-3.1-8b", ("accelerator", "rtx5080"): "RTX 5080"},
    {"model": frozenset({"llama-3.1-8b"}), "accelerator": frozenset({"RTX 5080"})},
)


def raw(**more: str) -> dict[str, str]:
    """60 steps of 8 examples, padded to the longest of the batch, on one T4."""
    return {
        **dict.fromkeys(sorted(COLUMNS), ""),
        "model": "unsloth/Llama-3.1-8B",
        "params_millions": "8000",
        "method": "qlora",
        "padded_length": "max 2048, padded to the longest of the batch",
        "steps": "60",
        "global_batch": "8",
        "packing": "padding",
        "hardware": "Tesla T4",
        "count": "1",
        "software": "Unsloth",
        "hours": "0.125",
        "source": "github.com/unslothai/notebooks nb/Llama3.1_(8B)-Alpaca.ipynb",
        "date": "bdda2efc7ad5ae129ea63cd2065d23c391406283 2026-08-18",
        **more,
    }


def test_a_row_in_full() -> None:
    row = run_of(raw(), NAMES, "case-2")
    assert (row.kind, row.model, row.method, row.part) == ("llm", "llama-3.1-8b", "qlora", "T4")
    assert (row.examples, row.max_tokens, row.mean_tokens) == (480, 2048, None)
    assert (row.padding, row.batch, row.engine) == ("longest", 8, "unsloth")
    assert (row.origin, row.data, row.hours) == ("unslothai/notebooks", "alpaca", 0.125)
    assert row.as_of.isoformat() == "2026-08-18"


@pytest.mark.parametrize(
    ("more", "lacks"),
    [
        ({"hours": ""}, "wall-clock"),
        ({"steps": ""}, "examples"),
        ({"padded_length": ""}, "length"),
        ({"hardware": ""}, "hardware"),
        ({"hardware": "GPU not printed"}, "GPU not printed"),
        ({"hardware": "TPU v3-8"}, "TPU v3-8"),
    ],
)
def test_what_a_row_lacks_is_named(more: dict[str, str], lacks: str) -> None:
    with pytest.raises(Lacking, match=lacks):
        run_of(raw(**more), NAMES, "case-2")


def test_all_tokens_stand_for_a_length() -> None:
    row = run_of(raw(padded_length="", tokens="4198051"), NAMES, "case-2")
    assert (row.tokens, row.max_tokens) == (4198051, None)


def test_passes_over_the_examples_are_counted() -> None:
    """10,000 three times; steps without a batch add nothing; a range is its geometric middle."""
    given = raw(examples="10000", epochs="3", steps="500", global_batch="")
    assert run_of(given, NAMES, "a").examples == 30_000
    ranged = raw(examples="3072-3456 seen until the target", steps="")
    assert run_of(ranged, NAMES, "a").examples == pytest.approx((3072 * 3456) ** 0.5)


def test_a_micro_batch_is_of_each_accelerator() -> None:
    row = run_of(raw(global_batch="microbatch 4", steps="1000", count="2"), NAMES, "a")
    assert (row.examples, row.micro_batch) == (8000, 4)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("max 2048, padded to the longest of the batch", 2048),
        ("bucketed by length, padded to the longest of 4 (mean 210 tokens)", 210),
        ("512 (padded to max)", 512),
        ("1024", 1024),
        ("input up to 500 tokens as stated", 500),
        ("512x512 pixels", 32 * 32 + 512),  # sixteen pixels a side of a token, and the words
        ("", None),
    ],
)
def test_the_number_of_a_length(text: str, tokens: float | None) -> None:
    assert longest_of(text) == tokens


@pytest.mark.parametrize(
    ("notes", "tokens"),
    [
        ("demonstration run; 1 step of a 500k-token context", 500_000),
        ("trained on 500k tokens", None),
        ("", None),
    ],
)
def test_a_context_that_every_example_fills_is_its_length(notes: str, tokens: float | None) -> None:
    """ "max 500" beside a context of 500,000 tokens is a half-read number."""
    assert context_of(notes) == tokens
    row = run_of(raw(notes=notes, padded_length="max 500, padded to the longest"), NAMES, "a")
    assert row.mean_tokens == tokens
    assert row.max_tokens == (tokens or 500)


@pytest.mark.parametrize(
    ("packing", "length", "name"),
    [
        ("packed", "1024", "packed"),
        ("padding", "max 2048, padded to the longest of the batch", "longest"),
        ("padding with length buckets", "bucketed by length", "bucketed"),
        ("fixed 8,192-token sequences (config encoder_seq_length)", "8192", "fixed"),
        ("padding='max_length' (512)", "512", "fixed"),
        ("n/a (images)", "512x512 pixels", "none"),
        ("", "max 512", "unstated"),
    ],
)
def test_padding(packing: str, length: str, name: str) -> None:
    assert padding_of(raw(packing=packing, padded_length=length)) == name


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("full", ("full", "")),
        ("full (QAT)", ("full", "qat")),
        ("lora", ("lora", "")),
        ("lora (bnb.nf4)", ("qlora", "")),
        ("lora (int8 base)", ("qlora", "")),
        ("qlora (DPO)", ("qlora", "dpo")),
        ("qlora x 8 trials", ("qlora", "")),
        ("adapter_v2 (bnb.nf4-dq)", ("qlora", "adapter-v2")),
        ("adalora", ("lora", "adalora")),
        ("frozen backbone", ("frozen", "")),
    ],
)
def test_methods(text: str, method: tuple[str, str]) -> None:
    assert method_of(text) == method


def test_trials_multiply_the_work() -> None:
    assert run_of(raw(method="qlora x 8 trials"), NAMES, "a").trials == 8


def test_names() -> None:
    assert model_of("unsloth/Llama-3.1-8B-Instruct-unsloth-bnb-4bit", NAMES) == "llama-3.1-8b"
    assert active_of("unsloth/gemma-4-26B-A4B-it") == 4000
    assert active_of("Llama-2-7b") is None
    assert part_of("NVIDIA A100-SXM4-40GB", NAMES) == "A100-40GB-SXM"
    assert part_of("A100 80GB", NAMES) == "A100-80GB-SXM"
    assert part_of("RTX 5080", NAMES) == "RTX 5080"
    assert engine_of("TRL SFT 2025") == "trl"
    assert engine_of("Something Else 2") == "something-else-2"
    assert origin_of("github.com/huggingface/peft method_comparison/x.json") == "huggingface/peft"
    assert origin_of("huggingface.co/blog/fine-tune-whisper (stated)") == "huggingface.co"
    assert data_of("github.com/a/b nb/Gemma2_(9B)-Alpaca.ipynb") == "alpaca"
    assert kernels_of("CPU offload; cost stated") == "offload"
    assert kernels_of("without flash attention") == "plain"
    assert kernels_of("flash attention + Liger kernels") == "fused"
    assert kernels_of("with flash attention") == ""  # as software does by itself now
    assert kind_of(raw(model="openai/whisper-small")) == "speech"
    assert kind_of(raw(model="X", task="object detection")) == "vision"
