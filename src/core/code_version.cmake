# Writes the file that code_version.cc includes: the project's version and the git commit of SOURCE,
# with "+dirty" if tracked files differ from it. The commit is empty if SOURCE is not the top folder
# of a git checkout or git is not installed. The file is not touched if its text would not change.
#
#   cmake -DSOURCE=folder -DVERSION=0.1.0 -DOUTPUT=code_version.inc -DDEPFILE=file -DGIT=git -P ...
#
# DEPFILE lists for the build tool what the result depends on: git's own files and all tracked files.

# The output of a git command in SOURCE, empty if it fails. A checkout that another user owns is read
# too.
function(git result)
  set(${result} "" PARENT_SCOPE)
  if(NOT GIT)
    return()
  endif()
  execute_process(COMMAND ${GIT} --no-optional-locks -c safe.directory=* ${ARGN}
    WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE output ERROR_QUIET RESULT_VARIABLE status
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(status EQUAL 0)
    set(${result} "${output}" PARENT_SCOPE)
  endif()
endfunction()

# Adds the existing files of a list with one path per line, relative to SOURCE, to the dependencies.
function(add_dependencies_from lines)
  string(REGEX REPLACE ";" "\\\\;" lines "${lines}")
  string(REPLACE "\n" ";" paths "${lines}")
  foreach(path IN LISTS paths)
    cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY ${SOURCE} NORMALIZE)
    if(EXISTS "${path}" AND NOT IS_DIRECTORY "${path}")
      string(REPLACE " " "\\ " path "${path}")
      string(APPEND dependencies " \\\n  ${path}")
    endif()
  endforeach()
  set(dependencies "${dependencies}" PARENT_SCOPE)
endfunction()

set(commit "")
set(dependencies "")
git(top rev-parse --show-toplevel)
get_filename_component(source "${SOURCE}" REALPATH)
if(top)
  get_filename_component(top "${top}" REALPATH)
endif()
if(top STREQUAL source)
  git(commit rev-parse --short=12 HEAD)
  git(changes status --porcelain --untracked-files=no)
  if(commit AND changes)
    string(APPEND commit "+dirty")
  endif()
  git(git_files rev-parse --git-path HEAD --git-path index --git-path logs/HEAD
    --git-path packed-refs)
  git(branch symbolic-ref -q HEAD)
  git(branch_file rev-parse --git-path "${branch}")
  git(tracked -c core.quotePath=off ls-files)
  add_dependencies_from("${git_files}\n${branch_file}\n${tracked}")
endif()

set(text "constexpr const char* kProjectVersion = \"${VERSION}\";
constexpr const char* kCommit = \"${commit}\";
")
set(before "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT before STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
file(WRITE ${DEPFILE} "${OUTPUT}:${dependencies}\n")
