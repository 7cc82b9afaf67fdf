#!/bin/sh
# Renders the units of this release into a folder: render-units.sh FOLDER. Each release renders its own, so that the script of
# another one can switch to it; its input are the variables that deploy/manage/render-units.js describes.
exec "$NODE" "$(dirname "$(readlink -f "$0")")/manage/render-units-command.js" "$@"
