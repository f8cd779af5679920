// The one translation unit that owns the precompiled LibTorch header (see torch.cmake).
