# Runs at installation: copies the public headers, and the headers that they include, from `source_dir`
# to `include_dir`.
cmake_policy(VERSION 3.25)
set(public_headers
  lamina/core/code_version.h
  lamina/core/error.h
  lamina/core/json_lines.h
  lamina/core/setting.h
  lamina/core/stop_signal.h
  lamina/config/load.h
  lamina/config/reader.h
  lamina/config/writer.h
  lamina/design/cost.h
  lamina/design/design_name.h
  lamina/design/model_settings.h
  lamina/text/tokenizer.h
  lamina/data/batches.h
  lamina/data/prepare.h
  lamina/dist/process_group.h
  lamina/model/checkpoint_weights.h
  lamina/model/config_json.h
  lamina/model/decoder.h
  lamina/model/generate.h
  lamina/model/initialise.h
  lamina/model/kv_cache.h
  lamina/model/safetensors.h
  lamina/optim/adamw.h
  lamina/optim/gradients.h
  lamina/optim/optimizer.h
  lamina/optim/schedule.h
  lamina/train/checkpoint.h
  lamina/train/trainer.h
  lamina/record/run_folder.h
  lamina/record/run_record.h
  lamina/report/pareto.h
  lamina/report/records.h
  lamina/report/table.h)

set(found)
set(waiting ${public_headers})
while(waiting)
  list(POP_FRONT waiting header)
  if(NOT header IN_LIST found)
    list(APPEND found ${header})
    file(STRINGS ${source_dir}/${header} includes REGEX "^#include \"lamina/")
    list(TRANSFORM includes REPLACE "^#include \"([^\"]+)\".*" "\\1")
    list(APPEND waiting ${includes})
  endif()
endwhile()
foreach(header ${found})
  get_filename_component(folder ${header} DIRECTORY)
  file(INSTALL DESTINATION ${include_dir}/${folder} TYPE FILE FILES ${source_dir}/${header})
endforeach()
