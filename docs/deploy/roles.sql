-- 两个数据库账号和一个库。由 postgres 账号运行一次：
--   psql -v ON_ERROR_STOP=1 -v owner_password=… -v web_password=… -f roles.sql
-- 属主做迁移、备份、恢复；网站账号只有迁移以后授给它的权利（admissions/audit/protection.py），留痕只能新增。
CREATE ROLE admissions_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE admissions_web LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'web_password';
CREATE DATABASE admissions OWNER admissions_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE admissions FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE admissions TO admissions_web;
-- 数据库自己的日志不写语句和各列的值：里面有个人信息。
ALTER DATABASE admissions SET log_error_verbosity = 'terse';
ALTER DATABASE admissions SET log_min_error_statement = 'panic';
ALTER DATABASE admissions SET log_parameter_max_length = 0;
