#!/bin/sh
# 数据库容器第一次启动时建立账号和库；口令来自环境，不出现在命令行和文件里。
set -eu
exec psql --username "$POSTGRES_USER" --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<SQL
\set owner_password \`echo "\$OWNER_PASSWORD"\`
\set web_password \`echo "\$WEB_PASSWORD"\`
\i /etc/admissions/roles.sql
SQL
