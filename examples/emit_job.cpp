// emit_job PORT SECRET: a server that tells user ann how her job goes, stage by stage.
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/server.hpp>
#include <uploadproto/wire/jwt.hpp>

#include <thread>

using namespace uploadproto;

int main(int, char** arguments) {
  wire::jwt::verifier const tokens{wire::jwt::key::from_secret(arguments[2]).value()};
  auto const user_of = [&](std::string_view token) -> result<std::string> {
    auto const claims = tokens.verify(token, std::chrono::system_clock::now());
    return claims ? result<std::string>(claims->user_id) : claims.error();
  };

  boost::asio::io_context context;
  server<contract::bulk_upload> jobs(context, {.verify_token = user_of});
  auto const port = static_cast<unsigned short>(std::stoi(arguments[1]));
  jobs.listen({boost::asio::ip::make_address("127.0.0.1"), port}).value();

  std::jthread work([&] {
    contract::bulk_upload_progress progress;
    progress.job_id = "job-1";
    for (auto const& stage : contract::bulk_upload_stages) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));  // here your work is done
      progress.stage = stage.name;
      progress.message = stage.description;
      progress.progress = stage.high;
      jobs.publish("ann", progress);
    }
    contract::bulk_upload_complete complete;
    complete.job_id = progress.job_id;
    complete.report_path = "/report/job-1";
    jobs.publish("ann", complete);
  });
  context.run();
}
