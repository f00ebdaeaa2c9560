import torch
from transformers import DeepseekV2Config, DeepseekV2ForCausalLM

from lab.questions.moe_equivalence import moe_parameters

# config.json of deepseek-ai/DeepSeek-V2-Lite and DeepSeek-Coder-V2-Lite
LITE = DeepseekV2Config(
    vocab_size=102_400,
    hidden_size=2048,
    intermediate_size=10_944,
    moe_intermediate_size=1408,
    num_hidden_layers=27,
    num_attention_heads=16,
    num_key_value_heads=16,
    n_routed_experts=64,
    n_shared_experts=2,
    num_experts_per_tok=6,
    first_k_dense_replace=1,
    q_lora_rank=None,
    kv_lora_rank=512,
    qk_nope_head_dim=128,
    qk_rope_head_dim=64,
    v_head_dim=128,
    tie_word_embeddings=False,
)


def test_deepseek_v2_lite(record):
    with torch.device("meta"):
        model = DeepseekV2ForCausalLM(LITE)
    total = sum(p.numel() for p in model.parameters())
    routed = sum(p.numel() for name, p in model.named_parameters() if ".experts." in name)
    shared = sum(p.numel() for name, p in model.named_parameters() if ".shared_experts." in name)
    expert, remainder = divmod(routed, 26 * 64)
    assert remainder == 0 and shared == 26 * 2 * expert
    rest = total - routed - shared
    assert moe_parameters(expert, 64, 2, 6, 26, rest)[1] == total
    values = {"expert": expert, "rest": rest, "total": total}
    record("questions/moe_equivalence", values, "transformers", "torch")
