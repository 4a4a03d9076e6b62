/* SPDX-License-Identifier: MIT */
/* Names as pages, APIs, clouds and people write them, each with the row it must find and how. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "tokenwatt/models.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const struct {
  const char *name;
  const char *provider; /* NULL if not known */
  const char *id;
  tw_match_how how;
} found[] = {
    {"gpt-4o-mini", "OpenAI", "openai/gpt-4o-mini", TW_MATCH_WITHOUT_VENDOR},
    {"GPT-5.2 Thinking", "OpenAI", "openai/gpt-5.2", TW_MATCH_ALIAS},
    {"GPT-5.2 Thinking", NULL, "openai/gpt-5.2", TW_MATCH_ALIAS},
    {"2.5 Flash", "Google", "google/gemini-2.5-flash", TW_MATCH_ALIAS},
    {"Gemini 2.5 Flash", "Google", "google/gemini-2.5-flash", TW_MATCH_WITHOUT_VENDOR},
    {"Opus 4.5", NULL, "anthropic/claude-opus-4.5", TW_MATCH_ALIAS},
    {"Opus 4.5", "Anthropic", "anthropic/claude-opus-4.5", TW_MATCH_ALIAS},
    {"Grok 4.1 Fast", "xAI", "x-ai/grok-4.1-fast", TW_MATCH_WITHOUT_VENDOR},
    {"Grok 4.1 Fast", NULL, "x-ai/grok-4.1-fast", TW_MATCH_WITHOUT_VENDOR},
    {"4.1 Fast", "xAI", "x-ai/grok-4.1-fast", TW_MATCH_ALIAS},
    {"Grok 4.1", "xAI", "x-ai/grok-4", TW_MATCH_NEAREST_VERSION},
    {"gpt-5-5", "OpenAI", "openai/gpt-5.5", TW_MATCH_WITHOUT_VENDOR},
    {"gpt-5-6-thinking", "OpenAI", "openai/gpt-5.6-sol", TW_MATCH_ALIAS},
    {"GPT-5.1 Instant", "OpenAI", "openai/gpt-5.1-chat", TW_MATCH_ALIAS},
    {"5.1 Instant", "OpenAI", "openai/gpt-5.1-chat", TW_MATCH_ALIAS},
    {"4o", "OpenAI", "openai/gpt-4o", TW_MATCH_ALIAS},
    {"o4-mini-high", "OpenAI", "openai/o4-mini-high", TW_MATCH_WITHOUT_VENDOR},
    {"o4-mini", "OpenAI", "openai/o4-mini", TW_MATCH_WITHOUT_VENDOR},
    {"o3-high", "OpenAI", "openai/o3", TW_MATCH_WITHOUT_WORD},
    {"Sonar", "Perplexity", "perplexity/sonar", TW_MATCH_WITHOUT_VENDOR},
    {"Sonar Pro", "Perplexity", "perplexity/sonar-pro", TW_MATCH_WITHOUT_VENDOR},
    {"sonar-reasoning-pro", NULL, "perplexity/sonar-reasoning-pro", TW_MATCH_WITHOUT_VENDOR},
    {"DeepThink", "DeepSeek", "deepseek/deepseek-v4-pro", TW_MATCH_ALIAS},
    {"DeepThink (R1)", "DeepSeek", "deepseek/deepseek-r1", TW_MATCH_ALIAS},
    {"DeepSeek-V3.2-Exp", NULL, "deepseek/deepseek-v3.2-exp", TW_MATCH_WITHOUT_VENDOR},
    {"DeepSeek V3", NULL, "deepseek/deepseek-chat", TW_MATCH_ALIAS},
    {"deepseek-reasoner", NULL, "deepseek/deepseek-r1", TW_MATCH_ALIAS},
    {"deepseek-r1", NULL, "deepseek/deepseek-r1", TW_MATCH_WITHOUT_VENDOR},
    {"R1", "DeepSeek", "deepseek/deepseek-r1", TW_MATCH_ALIAS},
    {"gpt-5-3", "OpenAI", "openai/gpt-5.3-instant", TW_MATCH_ALIAS},
    {"gpt-5-1-thinking", "OpenAI", "openai/gpt-5.1", TW_MATCH_ALIAS},
    {"gpt-5-7", "OpenAI", "openai/gpt-5.6-sol", TW_MATCH_NEAREST_VERSION},
    {"gpt-5.5-pro", NULL, "openai/gpt-5.5-pro", TW_MATCH_WITHOUT_VENDOR},
    {"gpt-5.5-mini", NULL, "openai/gpt-5.4-mini", TW_MATCH_NEAREST_VERSION},
    {"gpt-5.5-codex", NULL, "openai/gpt-5.3-codex", TW_MATCH_NEAREST_VERSION},
    {"gpt-5.6-instant", NULL, "openai/gpt-5.5-instant", TW_MATCH_NEAREST_VERSION},
    {"GPT-5.5 Instant", "OpenAI", "openai/gpt-5.5-instant", TW_MATCH_WITHOUT_VENDOR},
    {"5.6 Thinking", "OpenAI", "openai/gpt-5.6-sol", TW_MATCH_ALIAS},
    {"5.5", "OpenAI", "openai/gpt-5.5", TW_MATCH_ALIAS},
    {"5", "OpenAI", "openai/gpt-5", TW_MATCH_ALIAS},
    {"gpt4o", NULL, "openai/gpt-4o", TW_MATCH_WITHOUT_VENDOR},
    {"GPT 4o", NULL, "openai/gpt-4o", TW_MATCH_WITHOUT_VENDOR},
    {"gpt-4-turbo-2024-04-09", NULL, "openai/gpt-4-turbo", TW_MATCH_UNDATED},
    {"gpt-4-32k", NULL, "openai/gpt-4", TW_MATCH_ALIAS},
    {"gpt-3.5", NULL, "openai/gpt-3.5-turbo", TW_MATCH_ALIAS},
    {"gpt-35-turbo", NULL, "openai/gpt-3.5-turbo", TW_MATCH_ALIAS},
    {"o1-preview", NULL, "openai/o1", TW_MATCH_UNDATED},
    {"o1-mini", NULL, "openai/o1-mini", TW_MATCH_WITHOUT_VENDOR},
    {"o3-mini-low", NULL, "openai/o3-mini", TW_MATCH_WITHOUT_WORD},
    {"chatgpt-4o-latest", NULL, "openai/gpt-4o", TW_MATCH_ALIAS},
    {"Claude Opus 4.5", "Anthropic", "anthropic/claude-opus-4.5", TW_MATCH_WITHOUT_VENDOR},
    {"Claude Sonnet 4.5 Thinking", "Perplexity", "anthropic/claude-sonnet-4.5",
     TW_MATCH_WITHOUT_WORD},
    {"Claude 4.5 Sonnet", NULL, "anthropic/claude-sonnet-4.5", TW_MATCH_ALIAS},
    {"Claude 4 Opus", NULL, "anthropic/claude-opus-4", TW_MATCH_ALIAS},
    {"Claude Sonnet 3.7", NULL, "anthropic/claude-3.7-sonnet", TW_MATCH_ALIAS},
    {"claude-3-7-sonnet-20250219", NULL, "anthropic/claude-3.7-sonnet", TW_MATCH_UNDATED},
    {"claude-3-7-sonnet-latest", NULL, "anthropic/claude-3.7-sonnet", TW_MATCH_UNDATED},
    {"claude-3.7-sonnet-thinking", NULL, "anthropic/claude-3.7-sonnet", TW_MATCH_WITHOUT_WORD},
    {"claude-sonnet-4-5-20250929", NULL, "anthropic/claude-sonnet-4.5", TW_MATCH_UNDATED},
    {"claude-sonnet-4-5@20250929", NULL, "anthropic/claude-sonnet-4.5", TW_MATCH_UNDATED},
    {"claude-opus-4-7", NULL, "anthropic/claude-opus-4.7", TW_MATCH_WITHOUT_VENDOR},
    {"claude-opus-4.8", NULL, "anthropic/claude-opus-4.8", TW_MATCH_WITHOUT_VENDOR},
    {"Opus 4.7", "Anthropic", "anthropic/claude-opus-4.7", TW_MATCH_ALIAS},
    {"Claude Opus 5", NULL, "anthropic/claude-opus-5", TW_MATCH_WITHOUT_VENDOR},
    {"claude-sonnet-5", NULL, "anthropic/claude-sonnet-5", TW_MATCH_WITHOUT_VENDOR},
    {"claude-3-5-sonnet-v2", NULL, "anthropic/claude-3.5-sonnet", TW_MATCH_ALIAS},
    {"anthropic.claude-3-5-sonnet-20241022-v2:0", NULL, "anthropic/claude-3.5-sonnet",
     TW_MATCH_UNDATED},
    {"us.anthropic.claude-opus-4-1-20250805-v1:0", NULL, "anthropic/claude-opus-4.1",
     TW_MATCH_UNDATED},
    {"eu.anthropic.claude-haiku-4-5-20251001-v1:0", NULL, "anthropic/claude-haiku-4.5",
     TW_MATCH_UNDATED},
    {"meta.llama3-1-8b-instruct-v1:0", NULL, "meta-llama/llama-3.1-8b-instruct",
     TW_MATCH_NORMALIZED},
    {"us.meta.llama4-scout-17b-instruct-v1:0", NULL, "meta-llama/llama-4-scout", TW_MATCH_ALIAS},
    {"us.meta.llama3-3-70b-instruct-v1:0", NULL, "meta-llama/llama-3.3-70b-instruct",
     TW_MATCH_NORMALIZED},
    {"amazon.nova-lite-v1:0", NULL, "amazon/nova-lite-v1", TW_MATCH_ALIAS},
    {"amazon.nova-2-lite-v1:0", NULL, "amazon/nova-2-lite-v1", TW_MATCH_ALIAS},
    {"mistral.mistral-large-2407-v1:0", NULL, "mistralai/mistral-large-2407", TW_MATCH_NORMALIZED},
    {"mistral.mistral-7b-instruct-v0:2", NULL, "mistralai/mistral-7b-instruct-v0.1",
     TW_MATCH_ALIAS},
    {"mistral.mixtral-8x7b-instruct-v0:1", NULL, "mistralai/mixtral-8x7b-instruct",
     TW_MATCH_NORMALIZED},
    {"mistral.pixtral-large-2502-v1:0", NULL, "mistralai/pixtral-large-2411", TW_MATCH_UNDATED},
    {"cohere.command-r-plus-v1:0", NULL, "cohere/command-r-plus-08-2024", TW_MATCH_UNDATED},
    {"cohere.command-r-v1:0", NULL, "cohere/command-r-08-2024", TW_MATCH_UNDATED},
    {"deepseek.r1-v1:0", NULL, "deepseek/deepseek-r1", TW_MATCH_ALIAS},
    {"deepseek.v3-v1:0", NULL, "deepseek/deepseek-chat", TW_MATCH_ALIAS},
    {"openai.gpt-oss-120b-1:0", NULL, "openai/gpt-oss-120b", TW_MATCH_NORMALIZED},
    {"qwen.qwen3-32b-v1:0", NULL, "qwen/qwen3-32b", TW_MATCH_NORMALIZED},
    {"qwen.qwen3-coder-480b-a35b-v1:0", NULL, "qwen/qwen3-coder", TW_MATCH_ALIAS},
    {"qwen.qwen3-235b-a22b-2507-v1:0", NULL, "qwen/qwen3-235b-a22b-2507", TW_MATCH_NORMALIZED},
    {"zai.glm-4.7", NULL, "z-ai/glm-4.7", TW_MATCH_NORMALIZED},
    {"moonshot.kimi-k2-thinking", NULL, "moonshotai/kimi-k2-thinking", TW_MATCH_NORMALIZED},
    {"writer.palmyra-x5-v1:0", NULL, "writer/palmyra-x5", TW_MATCH_NORMALIZED},
    {"google.gemma-3-27b-it", NULL, "google/gemma-3-27b-it", TW_MATCH_NORMALIZED},
    {"minimax.minimax-m2", NULL, "minimax/minimax-m2", TW_MATCH_NORMALIZED},
    {"accounts/fireworks/models/llama-v3p1-8b-instruct", NULL, "meta-llama/llama-3.1-8b-instruct",
     TW_MATCH_WITHOUT_WORD},
    {"accounts/fireworks/models/deepseek-v3p1", NULL, "deepseek/deepseek-chat-v3.1",
     TW_MATCH_ALIAS},
    {"accounts/fireworks/models/qwen3-235b-a22b", NULL, "qwen/qwen3-235b-a22b",
     TW_MATCH_OTHER_VENDOR},
    {"accounts/fireworks/models/glm-4p6", NULL, "z-ai/glm-4.6", TW_MATCH_OTHER_VENDOR},
    {"accounts/fireworks/models/kimi-k2-instruct-0905", NULL, "moonshotai/kimi-k2-0905",
     TW_MATCH_ALIAS},
    {"accounts/fireworks/models/gpt-oss-20b", NULL, "openai/gpt-oss-20b", TW_MATCH_OTHER_VENDOR},
    {"meta-llama/Llama-3.3-70B-Instruct-Turbo", NULL, "meta-llama/llama-3.3-70b-instruct",
     TW_MATCH_ALIAS},
    {"meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo", NULL, "meta-llama/llama-3.1-8b-instruct",
     TW_MATCH_ALIAS},
    {"meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8", NULL, "meta-llama/llama-4-maverick",
     TW_MATCH_ALIAS},
    {"Qwen/Qwen2.5-7B-Instruct-Turbo", NULL, "qwen/qwen-2.5-7b-instruct", TW_MATCH_ALIAS},
    {"Qwen/Qwen3-235B-A22B-Instruct-2507-tput", NULL, "qwen/qwen3-235b-a22b-2507",
     TW_MATCH_WITHOUT_WORD},
    {"deepseek-ai/DeepSeek-V3.1", NULL, "deepseek/deepseek-chat-v3.1", TW_MATCH_ALIAS},
    {"deepseek-ai/DeepSeek-R1", NULL, "deepseek/deepseek-r1", TW_MATCH_NORMALIZED},
    {"moonshotai/Kimi-K2-Instruct-0905", NULL, "moonshotai/kimi-k2-0905", TW_MATCH_ALIAS},
    {"openai/gpt-oss-120b", NULL, "openai/gpt-oss-120b", TW_MATCH_EXACT},
    {"groq/llama-3.1-8b-instant", NULL, "groq/llama-3.1-8b-instant", TW_MATCH_EXACT},
    {"llama-3.1-8b-instant", "Groq", "groq/llama-3.1-8b-instant", TW_MATCH_WITHOUT_VENDOR},
    {"llama-3.3-70b-versatile", "Groq", "groq/llama-3.3-70b-versatile", TW_MATCH_WITHOUT_VENDOR},
    {"llama3.1:8b", NULL, "meta-llama/llama-3.1-8b-instruct", TW_MATCH_ALIAS},
    {"llama3.2:3b", NULL, "meta-llama/llama-3.2-3b-instruct", TW_MATCH_ALIAS},
    {"qwen2.5:7b", NULL, "qwen/qwen-2.5-7b-instruct", TW_MATCH_WITHOUT_WORD},
    {"qwen3:30b-a3b", NULL, "qwen/qwen3-30b-a3b", TW_MATCH_WITHOUT_VENDOR},
    {"mistral:7b", NULL, "mistralai/mistral-7b-instruct-v0.1", TW_MATCH_ALIAS},
    {"phi4", NULL, "microsoft/phi-4", TW_MATCH_WITHOUT_VENDOR},
    {"phi-4", NULL, "microsoft/phi-4", TW_MATCH_WITHOUT_VENDOR},
    {"gemma3:27b", NULL, "google/gemma-3-27b-it", TW_MATCH_WITHOUT_WORD},
    {"gemma2-9b-it", "Groq", "google/gemma-2-9b-it", TW_MATCH_WITHOUT_VENDOR},
    {"gemma-3-27b", NULL, "google/gemma-3-27b-it", TW_MATCH_WITHOUT_WORD},
    {"Gemma 3 27B", NULL, "google/gemma-3-27b-it", TW_MATCH_WITHOUT_WORD},
    {"gemma-4-31b", NULL, "google/gemma-4-31b-it", TW_MATCH_WITHOUT_WORD},
    {"Llama 3.1 8B", NULL, "meta-llama/llama-3.1-8b-instruct", TW_MATCH_ALIAS},
    {"Llama 3.1 8B Instruct", NULL, "meta-llama/llama-3.1-8b-instruct", TW_MATCH_WITHOUT_VENDOR},
    {"llama-3.5-8b", NULL, "meta-llama/llama-3.1-8b-instruct", TW_MATCH_NEAREST_VERSION},
    {"llama 4 scout", NULL, "meta-llama/llama-4-scout", TW_MATCH_WITHOUT_VENDOR},
    {"Mistral Large", NULL, "mistralai/mistral-large", TW_MATCH_WITHOUT_VENDOR},
    {"Mistral Large 3", NULL, "mistralai/mistral-large-2512", TW_MATCH_ALIAS},
    {"Mistral Medium 3.1", "Mistral AI", "mistralai/mistral-medium-3.1", TW_MATCH_WITHOUT_VENDOR},
    {"mistral-medium", NULL, "mistralai/mistral-medium-3-5", TW_MATCH_ALIAS},
    {"mistral-large-latest", NULL, "mistralai/mistral-large-4-0", TW_MATCH_ALIAS},
    {"mistral-small-latest", NULL, "mistralai/mistral-small-2603", TW_MATCH_ALIAS},
    {"magistral-medium-2509", NULL, "mistralai/magistral-medium", TW_MATCH_UNDATED},
    {"codestral-latest", NULL, "mistralai/codestral-2508", TW_MATCH_UNDATED},
    {"ministral-8b-latest", NULL, "mistralai/ministral-8b-2512", TW_MATCH_UNDATED},
    {"Le Chat", "Mistral AI", "mistralai/mistral-medium-3-5", TW_MATCH_ALIAS},
    {"pixtral-large-latest", NULL, "mistralai/pixtral-large-2411", TW_MATCH_UNDATED},
    {"open-mistral-nemo", NULL, "mistralai/mistral-nemo", TW_MATCH_ALIAS},
    {"open-mixtral-8x22b", NULL, "mistralai/mixtral-8x22b-instruct", TW_MATCH_ALIAS},
    {"Gemini 3 Pro", "Google", "google/gemini-3-pro-preview", TW_MATCH_ALIAS},
    {"Gemini Flash", "Google", "google/gemini-3.8-flash", TW_MATCH_ALIAS},
    {"Gemini Fast", "Google", "google/gemini-3.8-flash", TW_MATCH_ALIAS},
    {"Gemini Pro", "Google", "google/gemini-3.1-pro-preview", TW_MATCH_ALIAS},
    {"Gemini Thinking", "Google", "google/gemini-3.8-flash", TW_MATCH_ALIAS},
    {"gemini-2.0-flash", NULL, "google/gemini-2.0-flash-001", TW_MATCH_UNDATED},
    {"gemini-2.0-flash-exp", NULL, "google/gemini-2.0-flash-001", TW_MATCH_UNDATED},
    {"gemini-2.0-flash-thinking-exp", NULL, "google/gemini-2.0-flash-001", TW_MATCH_UNDATED},
    {"gemini-2.5-flash-lite-preview-09-2025", NULL, "google/gemini-2.5-flash-lite-preview-09-2025",
     TW_MATCH_WITHOUT_VENDOR},
    {"gemini-2.5-flash-image-preview", NULL, "google/gemini-2.5-flash-image", TW_MATCH_UNDATED},
    {"gemini-3.5-flash", NULL, "google/gemini-3.5-flash", TW_MATCH_WITHOUT_VENDOR},
    {"gemini-3.5-pro", NULL, "google/gemini-3.1-pro-preview", TW_MATCH_NEAREST_VERSION},
    {"gemini-pro-latest", NULL, "google/gemini-3.1-pro-preview", TW_MATCH_ALIAS},
    {"models/gemini-2.5-pro", NULL, "google/gemini-2.5-pro", TW_MATCH_NORMALIZED},
    {"publishers/anthropic/models/claude-opus-4", NULL, "anthropic/claude-opus-4",
     TW_MATCH_OTHER_VENDOR},
    {"grok-4", "xAI", "x-ai/grok-4", TW_MATCH_WITHOUT_VENDOR},
    {"grok-4-0709", NULL, "x-ai/grok-4", TW_MATCH_UNDATED},
    {"grok-4-latest", NULL, "x-ai/grok-4", TW_MATCH_UNDATED},
    {"grok-4.2", NULL, "x-ai/grok-4", TW_MATCH_NEAREST_VERSION},
    {"grok-4.3", NULL, "x-ai/grok-4.3", TW_MATCH_WITHOUT_VENDOR},
    {"GPT-5", "Microsoft", "openai/gpt-5", TW_MATCH_WITHOUT_VENDOR},
    {"Smart (GPT-5)", "Microsoft", "openai/gpt-5", TW_MATCH_ALIAS},
    {"qwen3.5-plus", NULL, "qwen/qwen3.5-plus-02-15", TW_MATCH_UNDATED},
    {"qwen3.7-plus", NULL, "qwen/qwen3.7-plus", TW_MATCH_WITHOUT_VENDOR},
    {"qwen3.6-max", NULL, "qwen/qwen3.6-max-preview", TW_MATCH_UNDATED},
    {"qwen-max-latest", NULL, "qwen/qwen-max", TW_MATCH_UNDATED},
    {"qwen3-max", NULL, "qwen/qwen3-max", TW_MATCH_WITHOUT_VENDOR},
    {"Qwen3 32B", NULL, "qwen/qwen3-32b", TW_MATCH_WITHOUT_VENDOR},
    {"glm-4.6", NULL, "z-ai/glm-4.6", TW_MATCH_WITHOUT_VENDOR},
    {"glm-5.2", NULL, "z-ai/glm-5.2", TW_MATCH_WITHOUT_VENDOR},
    {"kimi-k2.6", NULL, "moonshotai/kimi-k2.6", TW_MATCH_WITHOUT_VENDOR},
    {"Kimi K2.5", NULL, "moonshotai/kimi-k2.5", TW_MATCH_WITHOUT_VENDOR},
    {"kimi-k2-instruct", NULL, "moonshotai/kimi-k2", TW_MATCH_WITHOUT_WORD},
    {"kimi-k3", NULL, "moonshotai/kimi-k3", TW_MATCH_WITHOUT_VENDOR},
    {"minimax-m3", NULL, "minimax/minimax-m3", TW_MATCH_WITHOUT_VENDOR},
    {"deepseek-v4", NULL, "deepseek/deepseek-v4-pro", TW_MATCH_ALIAS},
    {"deepseek-v4-flash", NULL, "deepseek/deepseek-v4-flash", TW_MATCH_WITHOUT_VENDOR},
    {"deepseek-chat-v3", NULL, "deepseek/deepseek-chat-v3-0324", TW_MATCH_UNDATED},
    {"gpt-5.4-nano-2026-03-17", NULL, "openai/gpt-5.4-nano", TW_MATCH_UNDATED},
    {"gpt-5-2025-08-07", NULL, "openai/gpt-5", TW_MATCH_UNDATED},
    {"gpt-5-mini-2025-08-07", NULL, "openai/gpt-5-mini", TW_MATCH_UNDATED},
    {"gpt-5-chat-latest", NULL, "openai/gpt-5-chat", TW_MATCH_UNDATED},
    {"gpt-5.2-chat-latest", NULL, "openai/gpt-5.2-chat", TW_MATCH_UNDATED},
    {"gpt-5-thinking-mini", NULL, "openai/gpt-5-mini", TW_MATCH_ALIAS},
    {"gpt-5-t-mini", NULL, "openai/gpt-5-mini", TW_MATCH_ALIAS},
    {"gpt-5-instant", NULL, "openai/gpt-5-chat", TW_MATCH_ALIAS},
    {"gpt-oss:20b", NULL, "openai/gpt-oss-20b", TW_MATCH_WITHOUT_VENDOR},
    {"azure/gpt-4o", NULL, "openai/gpt-4o", TW_MATCH_OTHER_VENDOR},
    {"openrouter/anthropic/claude-opus-4", NULL, "anthropic/claude-opus-4", TW_MATCH_NORMALIZED},
    {"vertex_ai/claude-3-5-sonnet@20240620", NULL, "anthropic/claude-3.5-sonnet",
     TW_MATCH_OTHER_VENDOR},
    {"bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0", NULL, "anthropic/claude-sonnet-4",
     TW_MATCH_UNDATED},
    {"together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo", NULL,
     "meta-llama/llama-3.3-70b-instruct", TW_MATCH_ALIAS},
    {"claude-3-opus", NULL, "anthropic/claude-3-opus", TW_MATCH_WITHOUT_VENDOR},
    {"gemini-3-pro", "Google", "google/gemini-3-pro-preview", TW_MATCH_ALIAS},
    {"mistral-large-2", NULL, "mistralai/mistral-large-2407", TW_MATCH_ALIAS},
    {"meta-llama/llama-3.1-8b", NULL, "meta-llama/llama-3.1-8b-instruct", TW_MATCH_ALIAS},
    {"Pro", "Gemini", "google/gemini-3.1-pro-preview", TW_MATCH_ALIAS},
    {"deepseek-r1:70b", NULL, "deepseek/deepseek-r1-distill-llama-70b", TW_MATCH_ALIAS},
    {"deepseek-r1:671b", NULL, "deepseek/deepseek-r1", TW_MATCH_ALIAS},
    {"gemini-flash-latest", NULL, "google/gemini-3.8-flash", TW_MATCH_ALIAS},
    {"Grok 4.3", "xAI", "x-ai/grok-4.3", TW_MATCH_WITHOUT_VENDOR},
    {"Claude Fable 5", "Anthropic", "anthropic/claude-fable-5", TW_MATCH_WITHOUT_VENDOR},
    {"Opus 5.5", "Anthropic", "anthropic/claude-opus-5.5", TW_MATCH_ALIAS},
    {"gpt-6.1-sol", NULL, "openai/gpt-6.1-sol", TW_MATCH_WITHOUT_VENDOR},
    {"mistral-large-4", NULL, "mistralai/mistral-large-4-0", TW_MATCH_ALIAS},
    {"Sonnet 5", "Anthropic", "anthropic/claude-sonnet-5", TW_MATCH_ALIAS},
    {"Claude Opus 5.2", "Anthropic", "anthropic/claude-opus-5", TW_MATCH_NEAREST_VERSION},
    {"gpt-5.6-sol", NULL, "openai/gpt-5.6-sol", TW_MATCH_WITHOUT_VENDOR},
    {"gpt-5.6-terra", NULL, "openai/gpt-5.6-terra", TW_MATCH_WITHOUT_VENDOR},
    {"gpt-5.9", "OpenAI", "openai/gpt-5.6-sol", TW_MATCH_NEAREST_VERSION},
    {"gpt-5.9-pro", NULL, "openai/gpt-5.5-pro", TW_MATCH_NEAREST_VERSION},
    {"gpt-5.9-mini", NULL, "openai/gpt-5.4-mini", TW_MATCH_NEAREST_VERSION},
    {"Gemini 3.7 Flash", "Google", "google/gemini-3.7-flash", TW_MATCH_WITHOUT_VENDOR},
    {"3.9 Flash", "Google", "google/gemini-3.8-flash", TW_MATCH_NEAREST_VERSION},
    {"Gemini 3.2 Pro", "Google", "google/gemini-3.1-pro-preview", TW_MATCH_NEAREST_VERSION},
    {"claude-haiku-5.9", NULL, "anthropic/claude-haiku-5.5", TW_MATCH_NEAREST_VERSION},
    {"claude-sonnet-5.5", NULL, "anthropic/claude-sonnet-5.5", TW_MATCH_WITHOUT_VENDOR},
    {"grok-4.9", NULL, "x-ai/grok-4.7", TW_MATCH_NEAREST_VERSION},
    {"kimi-k3.5", NULL, "moonshotai/kimi-k3", TW_MATCH_NEAREST_VERSION},
    {"glm-5.9", NULL, "z-ai/glm-5.3", TW_MATCH_NEAREST_VERSION},
    {"qwen3.9-max", NULL, "qwen/qwen3.8-max-0902", TW_MATCH_NEAREST_VERSION},
    {"phi-4-mini", NULL, "microsoft/phi-4-mini-instruct", TW_MATCH_WITHOUT_WORD},
    {"phi-4-reasoning", NULL, "microsoft/phi-4-reasoning", TW_MATCH_WITHOUT_VENDOR},
    {"Kimi", "Moonshot", "moonshotai/kimi-k3.1-pro", TW_MATCH_ALIAS},
    {"Qwen/Qwen3-235B-A22B-Thinking-2507", NULL, "qwen/qwen3-235b-a22b-thinking-2507",
     TW_MATCH_NORMALIZED},
    {"claude-3-sonnet-20240229", NULL, "anthropic/claude-3-sonnet", TW_MATCH_UNDATED},
    {"anthropic/claude-3-5-haiku-20241022", NULL, "anthropic/claude-3.5-haiku", TW_MATCH_UNDATED},
    {"gpt-4-0613", NULL, "openai/gpt-4", TW_MATCH_UNDATED},
    {"gpt-4-0125-preview", NULL, "openai/gpt-4-turbo-preview", TW_MATCH_ALIAS},
    {"gpt-4-1106-preview", NULL, "openai/gpt-4-1106-preview", TW_MATCH_WITHOUT_VENDOR},
    {"gpt-3.5-turbo-0125", NULL, "openai/gpt-3.5-turbo", TW_MATCH_UNDATED},
    {"gpt-4o-mini-2024-07-18", NULL, "openai/gpt-4o-mini-2024-07-18", TW_MATCH_WITHOUT_VENDOR},
    {"gpt-4o-2099-01-01", NULL, "openai/gpt-4o", TW_MATCH_UNDATED},
    {"google/gemini-2.5-pro-preview-06-05", NULL, "google/gemini-2.5-pro", TW_MATCH_UNDATED},
    {"deepseek/deepseek-r1:free", NULL, "deepseek/deepseek-r1", TW_MATCH_WITHOUT_TAG},
    {"openai/gpt-4o:thinking", NULL, "openai/gpt-4o", TW_MATCH_WITHOUT_TAG},
    {"x-ai/grok-4-fast:free", NULL, "x-ai/grok-4-fast", TW_MATCH_WITHOUT_TAG},
    {"GPT-6", NULL, "openai/gpt-6-sol", TW_MATCH_ALIAS},
    {"6", "OpenAI", "openai/gpt-6-sol", TW_MATCH_ALIAS},
    {"GPT-6 Thinking", "OpenAI", "openai/gpt-6-sol", TW_MATCH_WITHOUT_WORD},
    {"gpt-6.9", NULL, "openai/gpt-6.2-sol", TW_MATCH_NEAREST_VERSION},
    {"gpt-4.2", NULL, "openai/gpt-4.1", TW_MATCH_NEAREST_VERSION},
    {"glm-4.8", NULL, "z-ai/glm-4.7", TW_MATCH_NEAREST_VERSION},
    {"minimax-m2.9", NULL, "minimax/minimax-m2.7", TW_MATCH_NEAREST_VERSION},
    {"deepseek-v3.3", NULL, "deepseek/deepseek-v3.2", TW_MATCH_NEAREST_VERSION},
    {"meta-llama/Meta-Llama-3.1-405B-Instruct-FP8", NULL, "meta-llama/llama-3.1-405b",
     TW_MATCH_WITHOUT_WORD},
    {"meta-llama/Meta-Llama-3.4-405B-Instruct-FP8", NULL, "meta-llama/llama-3.1-405b",
     TW_MATCH_NEAREST_VERSION},
};

/* Nothing must be made of these: what is unknown gets the provider's stand-in, with a warning. */
static const struct {
  const char *name;
  const char *provider;
} unknown[] = {
    {"2.5 Flash", NULL},
    {"4o", NULL},
    {"sonar-reasoning", "Perplexity"},
    {"DeepThink", NULL},
    {"5.5", "xAI"},
    {"gpt-6-mini", NULL},
    {"GPT-7", NULL},
    {"openai/gpt-4.5-preview-2025-02-27", "OpenAI"},
    {"gpt-9", NULL},
    {"gpt-4.5", NULL},
    {"gpt-4.5-preview", NULL},
    {"text-davinci-003", NULL},
    {"davinci", NULL},
    {"gpt-image-1", NULL},
    {"whisper-1", NULL},
    {"o5", NULL},
    {"o5-mini", NULL},
    {"chatgpt", NULL},
    {"Claude Haiku 5", NULL},
    {"claude-2.1", NULL},
    {"claude-instant-1.2", NULL},
    {"ai21.jamba-1-5-large-v1:0", NULL},
    {"llama3.3", NULL},
    {"phi-5", NULL},
    {"phi3", NULL},
    {"gemma-5-31b", NULL},
    {"llama 5 scout", NULL},
    {"llama-4-behemoth", NULL},
    {"Mistral Medium 3.2", NULL},
    {"gemini-1.5-flash", NULL},
    {"gemini-4-pro", NULL},
    {"grok-5", NULL},
    {"grok-3-fast", NULL},
    {"grok-2", NULL},
    {"Grok Auto", "xAI"},
    {"Grok 4 Heavy", "xAI"},
    {"Quick response", "Microsoft"},
    {"Copilot", "Microsoft"},
    {"qwen4-max", NULL},
    {"qwq", NULL},
    {"GLM 6", NULL},
    {"gpt-5-codex-mini", NULL},
    {"codex-mini-latest", NULL},
    {"gemini", NULL},
    {"claude", NULL},
    {"gpt", NULL},
    {"llama", NULL},
    {"mini", NULL},
    {"flash", NULL},
    {"pro", NULL},
    {"pro", "OpenAI"},
    {"auto", NULL},
    {"default", NULL},
    {"deepseek-r1:8b", NULL},
    {"llama3.1:70b-instruct-q4_0", NULL},
    {"mistral-nemo:12b", NULL},
};

static void each_name_finds_its_row(void **state) {
  (void)state;
  size_t wrong = 0;
  for (size_t i = 0; i < sizeof found / sizeof found[0]; i++) {
    tw_model_match match;
    (void)tw_model_find(found[i].name, found[i].provider, &match);
    const char *id = match.model == NULL ? "nothing" : match.model->id;
    if (strcmp(id, found[i].id) != 0 || match.how != found[i].how) {
      print_error("'%s' of %s finds %s (%s), not %s (%s)\n", found[i].name,
                  found[i].provider == NULL ? "nobody" : found[i].provider, id,
                  tw_match_how_name(match.how), found[i].id, tw_match_how_name(found[i].how));
      wrong++;
    }
  }
  assert_int_equal(wrong, 0);
}

static void unknown_names_find_nothing(void **state) {
  (void)state;
  size_t wrong = 0;
  for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
    tw_model_match match;
    if (tw_model_find(unknown[i].name, unknown[i].provider, &match) == TW_OK) {
      print_error("'%s' finds %s (%s)\n", unknown[i].name, match.model->id,
                  tw_match_how_name(match.how));
      wrong++;
    }
  }
  assert_int_equal(wrong, 0);
}

static bool agree(double a, double b) {
  return fabs(a - b) <= 0.05 * fmax(a, b) || (isnan(a) && isnan(b));
}

/* What we call a model finds it, or a row of the same size. */
static void our_own_names_find_their_rows(void **state) {
  (void)state;
  for (size_t i = 0; i < tw_model_count(); i++) {
    const tw_model *model = tw_model_at(i);
    tw_model_match match;
    if (tw_model_find(model->display_name, model->provider, &match) != TW_OK) {
      fail_msg("'%s' of %s finds nothing", model->display_name, model->id);
    }
    if (!agree(match.model->params_total_b.value, model->params_total_b.value) ||
        match.how > TW_MATCH_UNDATED) {
      fail_msg("'%s' of %s finds %s (%s)", model->display_name, model->id, match.model->id,
               tw_match_how_name(match.how));
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_name_finds_its_row),
      cmocka_unit_test(unknown_names_find_nothing),
      cmocka_unit_test(our_own_names_find_their_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
