"""Reference side of tests/model/transformers_test.cc, with the `transformers` library.

load FOLDER    loads the checkpoint, compares its logits with those in ours.safetensors and
               prints the largest difference
save FOLDER    saves a small random model of each type as FOLDER/TYPE, with tokens and logits in
               theirs.safetensors
"""

import pathlib
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file

SIZES = dict(
    vocab_size=61,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=3,
    num_attention_heads=4,
    max_position_embeddings=64,
    bos_token_id=0,
    eos_token_id=0,
)
GROUPED = dict(num_key_value_heads=2)
CONFIGS = {
    "llama": transformers.LlamaConfig(**SIZES, **GROUPED),
    "llama_biases_tied": transformers.LlamaConfig(
        **SIZES, attention_bias=True, mlp_bias=True, tie_word_embeddings=True
    ),
    "mistral": transformers.MistralConfig(**SIZES, **GROUPED, head_dim=16),
    "qwen2": transformers.Qwen2Config(**SIZES, **GROUPED),
    "qwen3": transformers.Qwen3Config(**SIZES, **GROUPED, head_dim=16),
    "gpt_neox": transformers.GPTNeoXConfig(**SIZES),
    "gpt_neox_sequential_tanh": transformers.GPTNeoXConfig(
        **SIZES,
        use_parallel_residual=False,
        hidden_act="gelu_fast",
        attention_bias=False,
        rotary_pct=0.5,
    ),
}


def load(folder):
    model, info = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, output_loading_info=True
    )
    left = {kind: sorted(keys) for kind, keys in info.items() if keys}
    if left:
        sys.exit(f"transformers reports keys that do not match: {left}")
    ours = load_file(folder / "ours.safetensors")
    with torch.no_grad():
        logits = model(ours["tokens"]).logits
    print((logits - ours["logits"]).abs().max().item())


def save(folder):
    for name, config in CONFIGS.items():
        torch.manual_seed(1)
        model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
        with torch.no_grad():
            for value in model.parameters():
                value.add_(torch.randn_like(value), alpha=0.2)
            tokens = torch.randint(config.vocab_size, (2, 16))
            logits = model(tokens).logits
        model.save_pretrained(folder / name)
        save_file({"tokens": tokens, "logits": logits}, folder / name / "theirs.safetensors")


if __name__ == "__main__":
    {"load": load, "save": save}[sys.argv[1]](pathlib.Path(sys.argv[2]))
